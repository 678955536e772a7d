import Platform
import Testing

@testable import benchmarks

struct ReportComparisonTests {
  private static func report(_ name: String, _ figures: [(String, Double, String, Report.Bar?)]) -> Report {
    var report = Report(name)
    for (what, value, unit, bar) in figures { report.add(what, value, unit, bar: bar) }
    return report
  }

  @Test func `rates that fell and times that rose by more than a tenth are marked`() {
    let old = [
      Self.report(
        "decide",
        [
          ("decided", 20_000, "/s", nil), ("read, each", 10, "us", nil), ("share", 50, "%", .atLeast(50)),
          ("gone", 1, "x", nil),
        ]),
      Self.report(
        "tick", [("idle", 40, "us", .atMost(1000)), ("growth", 1, "x", .atMost(1.5)), ("none", 0, "s", nil)]),
      Self.report("render", []),
    ]
    let new = [
      Self.report(
        "decide",
        [
          ("decided", 17_800, "/s", nil), ("read, each", 11.2, "us", nil), ("share", 45.1, "%", .atLeast(50)),
          ("added", 1, "x", nil),
        ]),
      Self.report(
        "tick",
        [("idle", 20, "us", .atMost(1000)), ("growth", 1.2, "x", .atMost(1.5)), ("none", 0, "s", nil)]
      ),
      Self.report("smtp", []),
    ]
    #expect(
      ReportComparison(old: old, new: new).text == """
        decide
          decided           20,000       17,800 /s          0.89 x  WORSE
          read, each          10.0         11.2 us          1.12 x  WORSE
          share               50.0         45.1 %           0.90 x
        tick
          idle            40.0         20.0 us          0.50 x
          growth          1.00         1.20 x           1.20 x  WORSE
          none           0.000        0.000 s
        (only in OLD: decide, gone)
        (only in NEW: decide, added)
        (only in OLD: render)
        (only in NEW: smtp)

        """)
  }

  @Test(arguments: [
    ("not JSON", "invalid JSON at line 1, column 1 (byte 0): found 'n' where a value should stand"),
    ("(Function)", "invalid JSON at line 1, column 1 (byte 0): found '(' where a value should stand"),
    ("{}", "it has no list 'benchmarks'"),
    (#"{"benchmarks":[{"figures":[]}]}"#, "a benchmark lacks its 'name' or its 'figures'"),
    (
      #"{"benchmarks":[{"name":"decide","figures":[{"what":"a","value":"1","unit":"x"}]}]}"#,
      "a figure of 'decide' lacks its 'what', 'value' or 'unit'"
    ),
  ])
  func `a file that is no report is refused with the reason`(_ text: String, _ reason: String) throws {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    let path = directory + "/old.json"
    try Files.write(Array(text.utf8), to: path)
    let error = #expect(throws: ReportComparison.NoReport.self) { try ReportComparison.read(path) }
    #expect(
      error?.description
        == "'\(path)' is no report of benchmarks: \(reason); make one with 'benchmarks --json > FILE'")
  }
}
