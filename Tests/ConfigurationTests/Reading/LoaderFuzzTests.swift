import Configuration
import Support
import Testing

struct LoaderFuzzTests {
  private static let files = [
    ("reprise.yaml", ShopDirectory.settings), ("triggers/win-back.yaml", ShopDirectory.trigger),
    ("templates/winback/miss-you.html.liquid", ShopDirectory.template),
  ]

  private static let pieces = [
    "{", "}", "[", "]", ":", ": ", "- ", "\n", "  ", "\t", "'", "\"", "{{", "}}", "{%", "%}", "---\n", "&a",
    "*a", "!!x",
    "#", "|", ">-\n", "\\", "\u{0}", "é", "茶", "\u{202E}", "0", "-1", "1e309", "~", "${", "${env:X}", "..",
    "/", "%", "\r",
    "{% render 'x' %}", "{{ customer.x }}",
  ]

  @Test func `any damage to a file gets an answer`() {
    var generator = SeededGenerator()
    func random(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
    let shop = ShopDirectory()
    for round in 0..<rounds(400) {
      let (name, text) = Self.files[random(Self.files.count)]
      var bytes = Array(text.utf8)
      for _ in 0...random(4) {
        let place = random(bytes.count)
        switch random(5) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(UInt8(truncatingIfNeeded: random(256)), at: place)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + random(20)))
        case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + random(40))], at: place)
        default: bytes.insert(contentsOf: Array(Self.pieces[random(Self.pieces.count)].utf8), at: place)
        }
        if bytes.isEmpty { bytes = [10] }
      }
      shop.write(name, bytes)
      let (loaded, report) = shop.load()
      let shown = String(decoding: bytes, as: UTF8.self)
      #expect((loaded == nil) == report.hasErrors, "\(generator), round \(round): \(shown)")
      for diagnostic in report.diagnostics where diagnostic.line > 0 {
        let lines = SourceText(path: "", bytes: bytes)
        // The end of a text is told as the start of the line behind it.
        let isThere =
          !diagnostic.file.hasSuffix(name)
          || lines.line(diagnostic.line) ?? lines.line(diagnostic.line - 1) != nil
        #expect(isThere, "\(generator), round \(round): \(diagnostic.headline)")
        #expect(diagnostic.column >= 1, "\(generator), round \(round): \(diagnostic.headline)")
      }
      #expect(report.rendered().utf8.count < 200_000, "\(generator), round \(round)")
      shop.write(name, text)
    }
  }
}
