import Configuration
import Testing

/// Files with more mistakes than anybody reads: the check says what they are, in a moment and on few pages.
struct ManyMistakesTests {
  /// Some seconds unoptimised beside other tests; what grows with the square takes minutes.
  private static let patience = Duration.seconds(20)

  private func report(
    _ path: String, _ text: String, errors: Int, sourceLocation: SourceLocation = #_sourceLocation
  )
    -> [Substring]
  {
    let shop = ShopDirectory()
    shop.write(path, text)
    var lines: [Substring] = []
    let spent = ContinuousClock().measure { lines = shop.report().split(separator: "\n") }
    #expect(spent < Self.patience, sourceLocation: sourceLocation)
    #expect(lines.last == "\(errors) errors in 1 file", sourceLocation: sourceLocation)
    #expect(
      lines.dropLast().last == "… and \(errors - DiagnosticReport.shown) more", sourceLocation: sourceLocation
    )
    #expect(lines.joined().utf8.count < 100_000, sourceLocation: sourceLocation)
    return lines
  }

  @Test func `forty thousand unknown keys are counted, and the first of them shown`() {
    let keys = (0..<40_000).map { "loca\($0): 1\n" }.joined()
    let lines = report("reprise.yaml", ShopDirectory.settings + "\n" + keys, errors: 40_000)
    #expect(
      lines[0]
        == "config/reprise.yaml:14:1: error: unknown key 'loca0' in reprise.yaml; the keys are brand, store, http, channels, sources, limits, consent, measures, retention, control_socket"
    )
  }

  @Test func `sixty thousand unknown names on one line are counted, and the first of them shown`() {
    let names = String(repeating: "{{ custmer.x }}", count: 60_000)
    let lines = report(
      "templates/winback/miss-you.html.liquid", ShopDirectory.template + names, errors: 60_000)
    #expect(
      lines[0]
        == "config/templates/winback/miss-you.html.liquid:4:43: error: unknown variable 'custmer'; did you mean 'customer'?"
    )
  }

  @Test func `ninety thousand malformed tags on one line are counted, and the first of them shown`() {
    let tags = String(repeating: "{{ 1 | b }}", count: 90_000)
    let lines = report(
      "templates/winback/miss-you.html.liquid", ShopDirectory.template + tags, errors: 90_000)
    #expect(
      lines[0] == "config/templates/winback/miss-you.html.liquid:4:47: error: unknown filter 'b'")
  }

  @Test func `one long path is one mistake`() {
    let shop = ShopDirectory()
    let steps = String(repeating: ".a", count: 200_000)
    shop.write(
      "templates/winback/miss-you.html.liquid",
      ShopDirectory.template + "{{ customer.attributes\(steps) }}{{ brand.name\(steps) }}")
    var lines: [Substring] = []
    let spent = ContinuousClock().measure { lines = shop.report().split(separator: "\n") }
    #expect(spent < Self.patience)
    #expect(lines.count == 2)
    #expect(lines.first?.hasSuffix("error: 'brand.name' is a single value and has no 'a'") == true)
  }

  @Test func `a name that Unicode could spell in many ways is only an unknown name`() {
    let marks = "e" + String(repeating: "\u{0301}\u{0323}", count: 100_000)
    let shop = ShopDirectory()
    shop.write(
      "templates/winback/miss-you.html.liquid",
      ShopDirectory.template + "{{ ['\(marks)'] }}{{ brand['\(marks)'] }}")
    var summary = ""
    let spent = ContinuousClock().measure {
      summary = String(shop.report().split(separator: "\n").last ?? "")
    }
    #expect(spent < Self.patience)
    #expect(summary == "2 errors in 1 file")
  }
}
