import Configuration
import Domain
import Platform
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
    let seed = UInt64.random(in: .min ... .max)
    var state = seed
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    if state == 0 { state = 1 }
    let clock = ContinuousClock()
    for round in 0..<300 {
      let keys = Self.everything.schema.keys
      let lines = keys.map { key in
        let text = (0..<random(6)).map { _ in Self.pieces[random(Self.pieces.count)] }.joined()
        return random(4) == 0 ? "\(key): \(text)" : "\(key): \"\(text)\""
      }
      let source = SourceText(path: "f.yaml", bytes: Array(lines.joined(separator: "\n").utf8))
      let spent = clock.measure {
        let (value, diagnostics) = Self.everything.decode(
          YAMLDocument(parsing: source.bytes), file: source.path, environment: DecodingEnvironment())
        let report = DiagnosticReport(diagnostics, sources: [source])
        #expect((value == nil) == report.hasErrors, "seed \(seed), round \(round): \(lines)")
        #expect(report.rendered().utf8.count < 100_000, "seed \(seed), round \(round): \(lines)")
      }
      #expect(spent < .seconds(1), "seed \(seed), round \(round): \(spent) for \(lines)")
    }
  }
}
