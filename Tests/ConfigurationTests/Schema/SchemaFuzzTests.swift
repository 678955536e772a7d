import Configuration
import Domain
import Platform
import Support
import Testing

struct SchemaFuzzTests {
  private static let everything = Shape<Int>.mapping(
    "test", .optional("text", .text(), "."), .optional("name", .identifier, "."),
    .optional("bool", .bool, "."),
    .optional("integer", .integer(0...9), "."),
    .optional("share", .percentage, "."), .optional("duration", .duration(), "."),
    .optional("clock", .clockTime, "."),
    .optional("rate", .rate, "."), .optional("url", .webURL, "."),
    .optional("listen", .listenAddress, "."), .optional("zone", .timeZone, "."),
    .optional("currency", .currency, "."),
    .optional("locale", .locale, "."), .optional("secret", .secret, "."),
    .optional("template", .templateName, "."),
    .optional("list", .list(of: .duration()), "."), .optional("file", .certificateFile(example: "x"), ".")
  ) { _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _ in 1 }

  private static let pieces = [
    "0", "9", "90", "h", "d", "ms", "w", ":", "/", "//", "://", "%", ".", "-", "_", "@", "[", "]", "${", "}",
    "env", "A", "茶",
    "https", "127", "\\u0000", " ", "99999999999999999999", "é", "e", "+", "#", "'", "UTC", "true",
  ]

  /// Values are quoted, so that the shapes and not YAML get to see them.
  @Test func `any text in any key gets an answer`() {
    var generator = SeededGenerator()
    func random(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
    let clock = ContinuousClock()
    for round in 0..<rounds(300) {
      let keys = Self.everything.schema.keys
      let lines = keys.map { key in
        let text = (0..<random(6)).map { _ in Self.pieces[random(Self.pieces.count)] }.joined()
        return random(4) == 0 ? "\(key): \(text)" : "\(key): \"\(text)\""
      }
      let source = SourceText(path: "f.yaml", bytes: Array(lines.joined(separator: "\n").utf8))
      let spent = clock.measure {
        let (value, diagnostics) = Self.everything.decode(source)
        let report = DiagnosticReport(diagnostics, sources: [source])
        #expect((value == nil) == report.hasErrors, "\(generator), round \(round): \(lines)")
        #expect(report.rendered().utf8.count < 100_000, "\(generator), round \(round): \(lines)")
      }
      #expect(spent < .seconds(1), "\(generator), round \(round): \(spent) for \(lines)")
    }
  }
}
