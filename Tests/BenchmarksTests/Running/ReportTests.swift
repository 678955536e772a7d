import Platform
import Testing

@testable import benchmarks

struct ReportTests {
  private static let reports: [Report] = {
    var decide = Report("decide")
    decide.add("decided", 16_000, "/s")
    decide.add("share of the bare loop", 52.5, "%", bar: .atLeast(50))
    decide.notes = ["half \"cart_recovery\""]
    var tick = Report("tick")
    tick.add("idle tick", 1200, "us", bar: .atMost(1000))
    return [decide, tick]
  }()

  @Test func `the JSON of reports is one object of figures with their bars`() {
    #expect(
      Report.jsonText(Self.reports)
        == #"{"benchmarks":[{"name":"decide","figures":[{"what":"decided","value":16000.0,"unit":"/s"},"#
        + #"{"what":"share of the bare loop","value":52.5,"unit":"%","at_least":50.0,"met":true}],"#
        + #""notes":["half \"cart_recovery\""]},"#
        + #"{"name":"tick","figures":[{"what":"idle tick","value":1200.0,"unit":"us","at_most":1000.0,"met":false}],"#
        + #""notes":[]}]}"#)
  }

  @Test func `what was printed is read back`() throws {
    #expect(try Report.reports(Report.jsonText(Self.reports)) == Self.reports)
  }

  @Test func `the program prints valid JSON`() async throws {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    let program = "\(FilePath.directory(of: bundle))/benchmarks"
    let root = (0..<4).reduce(#filePath) { path, _ in FilePath.directory(of: path) }
    let child = ChildProcess(
      [program, "import", "--rows", "200", "--json", "--config", root + "/config"], deadline: .seconds(120))
    let outcome = try await child.run()
    #expect(outcome.ending == .exited(0))
    let found = try Report.reports(String(decoding: outcome.output, as: UTF8.self))
    #expect(found.map(\.name) == ["import"])
    #expect(found.first?.figures.contains { $0.what == "share of sqlite3" && $0.value > 0 } == true)
  }
}
