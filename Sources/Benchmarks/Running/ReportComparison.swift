internal import Platform

/// `benchmarks compare OLD NEW`: the figures of two reports side by side.
struct ReportComparison {
  static let command = "compare"
  static let spec = CommandLineSpec.Command(
    command, "the ratio of each figure of two reports, and which of them have become worse",
    positionals: [
      .init("OLD", "a report that --json has printed"), .init("NEW", "a later one, of the same machine"),
    ])

  /// A figure that is worse by more than this is marked.
  private static let tolerance = 0.1

  var old: [Report]
  var new: [Report]

  /// A file without a report.
  struct NoReport: Error, CustomStringConvertible {
    var description: String
  }

  /// - Throws: `NoReport`, or `FileError` for an unreadable file.
  static func read(_ path: String) throws -> [Report] {
    let text = try Files.readText(path)
    do {
      return try Report.reports(text)
    } catch let error as BenchmarkError {
      throw NoReport(
        description:
          "'\(path)' is no report of benchmarks: \(error); make one with 'benchmarks --json > FILE'")
    }
  }

  /// One line per figure: before, now, now/before, and WORSE for a figure that is worse by more than a tenth,
  /// whether a rate fell or a time rose. Figures in only one of the reports are listed at the end.
  var text: String {
    var text = ""
    var lone: [String] = []
    for report in old {
      guard let later = new.first(where: { $0.name == report.name }) else {
        lone.append("only in OLD: \(report.name)")
        continue
      }
      text += "\(report.name)\n"
      let width = report.figures.map { DisplayWidth.of($0.what) }.max() ?? 0
      for figure in report.figures {
        if let now = later.figures.first(where: { $0.what == figure.what }) {
          text += Self.line(figure, now, width)
        } else {
          lone.append("only in OLD: \(report.name), \(figure.what)")
        }
      }
      for figure in later.figures where !report.figures.contains(where: { $0.what == figure.what }) {
        lone.append("only in NEW: \(report.name), \(figure.what)")
      }
    }
    for report in new where !old.contains(where: { $0.name == report.name }) {
      lone.append("only in NEW: \(report.name)")
    }
    return text + lone.map { "(\($0))\n" }.joined()
  }

  private static func line(_ old: Report.Figure, _ new: Report.Figure, _ width: Int) -> String {
    func right(_ text: String, _ width: Int) -> String {
      DisplayWidth.pad(text, to: width, alignRight: true)
    }
    var line = "  \(DisplayWidth.pad(old.what, to: width))  \(right(Report.text(old.value), 12))"
    line += " \(right(Report.text(new.value), 12)) \(DisplayWidth.pad(new.unit, to: 9))"
    if old.value > 0 {
      let ratio = new.value / old.value
      let isWorse = new.isBetterLow ? ratio > 1 + tolerance : ratio < 1 - tolerance
      line += " \(right("\(DecimalText.fixed(ratio, 2)) x", 8))\(isWorse ? "  WORSE" : "")"
    }
    while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
    return line + "\n"
  }
}
