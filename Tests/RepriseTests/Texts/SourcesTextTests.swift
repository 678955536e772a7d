import Domain
import Operations
import Platform
import Testing

@testable import reprise

struct SourcesTextTests {
  /// Whoever puts files into a folder chooses their names.
  @Test func `names of files draw on no terminal and make no lines, also through a pipe`() {
    let name = "a\u{1B}[2J\n\u{202E}.csv"
    let sources = [
      StatusAnswer.Source(
        source: "crm", kind: "customers", from: "/srv", standing: .withProblems,
        problems: [.init(file: name, problem: "1 row rejected; see /r/\(name)")], problemCount: 1),
      StatusAnswer.Source(
        source: "erp", kind: "orders", from: "/srv", standing: .good,
        running: .init(file: name, bytes: 1, totalBytes: 2)),
    ]
    let now = Instant(seconds: 1_772_366_400)
    let lines = SourcesText.lines(sources, TimeText(now), .plain)
    let shown = "a\\u{1B}[2J\\n\\u{202E}.csv"
    #expect(lines.count == 4)
    #expect(lines[2].hasSuffix("importing \(shown), 1 B of 2 B"), "\(lines[2])")
    #expect(lines[3] == "  crm: \(shown): 1 row rejected; see /r/\(shown)")
  }
}
