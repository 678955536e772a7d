import Configuration
import Platform
import Testing

struct DiagnosticReportTests {
  private static let winBack = SourceText(
    path: "config/triggers/win-back.yaml",
    bytes: Array("# back\ntrigger: win_back\nwhen:\n  lapsd: 90d\nsteps: []\n".utf8))
  private static let lapsd = Diagnostic(
    file: winBack.path, line: 4, column: 3, length: 5, message: "unknown key 'lapsd' in trigger",
    hint: "did you mean 'lapsed'?")

  private func rendered(_ line: String, column: Int, length: Int) -> String {
    let source = SourceText(path: "a.yaml", bytes: Array(line.utf8))
    let diagnostic = Diagnostic(file: "a.yaml", line: 1, column: column, length: length, message: "m")
    let text = DiagnosticReport([diagnostic], sources: [source]).rendered()
    return text.split(separator: "\n").dropFirst().dropLast().joined(separator: "\n")
  }

  @Test func `one error prints its place, its line and a caret`() {
    let text = DiagnosticReport([Self.lapsd], sources: [Self.winBack]).rendered()
    #expect(
      text == """
        config/triggers/win-back.yaml:4:3: error: unknown key 'lapsd' in trigger; did you mean 'lapsed'?
          4 |   lapsd: 90d
            |   ^~~~~
        1 error in 1 file

        """)
  }

  @Test func `all are sorted by file and place, each once, and counted`() {
    let settings = SourceText(
      path: "config/reprise.yaml", bytes: Array(String(repeating: "x: y\n", count: 12).utf8))
    let report = DiagnosticReport(
      [
        Self.lapsd, Self.lapsd, Diagnostic(file: "config/templates", message: "cannot be read"),
        Diagnostic(file: settings.path, line: 12, column: 4, severity: .warning, message: "odd"),
        Diagnostic(file: settings.path, line: 2, column: 1, length: .max, message: "bad"),
      ], sources: [Self.winBack, settings])
    #expect(
      report.rendered() == """
        config/reprise.yaml:2:1: error: bad
          2 | x: y
            | ^~~~
        config/reprise.yaml:12:4: warning: odd
          12 | x: y
             |    ^
        config/templates: error: cannot be read
        config/triggers/win-back.yaml:4:3: error: unknown key 'lapsd' in trigger; did you mean 'lapsed'?
          4 |   lapsd: 90d
            |   ^~~~~
        3 errors and 1 warning in 3 files

        """)
    #expect(report.hasErrors)
    #expect(DiagnosticReport([], sources: []).rendered() == "")
  }

  @Test func `colour goes around the headline and the caret`() {
    let text = VisibleText.of(
      DiagnosticReport([Self.lapsd], sources: [Self.winBack]).rendered(colour: true), isColored: true)
    #expect(text.hasPrefix("\u{1B}[31;1mconfig/"))
    #expect(text.contains("    | \u{1B}[31;1m  ^~~~~\u{1B}[0m\n"))
  }

  @Test func `the caret stands under wide, combining and tabbed text`() {
    #expect(rendered("name: 青山茶叶 x", column: 12, length: 1) == "  1 | name: 青山茶叶 x\n    |                ^")
    #expect(rendered("a: 青山", column: 4, length: 2) == "  1 | a: 青山\n    |    ^~~~")
    #expect(rendered("e\u{301}: x", column: 5, length: 1) == "  1 | e\u{301}: x\n    |    ^")
    #expect(rendered("\tx", column: 2, length: 1) == "  1 |         x\n    |         ^")
    #expect(rendered("ab", column: 3, length: 1) == "  1 | ab\n    |   ^")
    #expect(rendered("ab", column: 90, length: 7) == "  1 | ab\n    |   ^")
  }

  @Test func `a long line is cut around the caret`() {
    let text = rendered(
      String(repeating: "x", count: 500) + "!!" + String(repeating: "y", count: 500), column: 501, length: 2)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0].unicodeScalars.count <= 170)
    let caret = lines[1].unicodeScalars.firstIndex(of: "^")
    let place = lines[1].unicodeScalars.distance(from: lines[1].unicodeScalars.startIndex, to: caret!)
    #expect(Array(lines[0].unicodeScalars)[place] == "!")
  }

  @Test func `a line cannot steer the terminal`() {
    #expect(
      rendered("a: \u{1B}[2J\u{202E}x", column: 1, length: 1) == "  1 | a: \u{FFFD}[2J\u{FFFD}x\n    | ^")
    let forged = Diagnostic(file: "a\nb", line: 1, column: 1, message: "x\u{1B}[0m\ny")
    #expect(forged.headline == "a\\nb:1:1: error: x\\u{1b}[0m\\ny")
  }

  @Test(arguments: [
    ("password: hunter2", "password: <secret>"),
    ("  passwrod: 'it is'  # why", "  passwrod: <secret>  # why"),
    ("{user: a, password: hunter2, x: y}", "{user: a, password: <secret>, x: y}"),
    ("write_keys: [\"abc\", \"${env:A}\"]", "write_keys: <secret>"),
    ("password: ${credential:smtp}", "password: ${credential:smtp}"),
    ("url: smtp://bob:hunter2@mail.example:25", "url: smtp://bob:<secret>@mail.example:25"),
    (
      "store: postgresql://db/x?a=b&password=hunter2&c=d",
      "store: postgresql://db/x?a=b&password=<secret>&c=d"
    ),
    ("store: postgresql://reprise@db/reprise", "store: postgresql://reprise@db/reprise"),
    ("\"API_TOKEN\": abc", "\"API_TOKEN\": <secret>"),
    ("subject: your token: x", "subject: your token: <secret>"),
    ("tokens:", "tokens:"),
  ])
  func `a source line shows no secret`(line: String, shown: String) {
    #expect(rendered(line, column: 1, length: 1).split(separator: "\n").first == "  1 | \(shown)")
  }
}
