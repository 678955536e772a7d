internal import Domain
internal import Operations
internal import Platform

/// The text of `reprise sources`.
enum SourcesText {
  static func lines(_ sources: [StatusAnswer.Source], _ time: TimeText, _ style: TextStyle) -> [String] {
    var table = TextTable([
      .init("source"), .init("last look"), .init("next look"), .init("last news"), .init(""),
    ])
    for source in sources {
      table.rows.append([
        source.source, source.lastLookAt.map { time.relative($0) } ?? "",
        source.nextLookAt.map { time.relative($0) } ?? "", source.lastResult.map { news($0, time) } ?? "",
        remark(source, style),
      ])
    }
    let problems = sources.flatMap { source -> [String] in
      let lines = source.problems.map { "  \(source.source): \(line($0))" }
      let left = source.problemCount - source.problems.count
      return left > 0 ? lines + ["  \(source.source): and \(left) more"] : lines
    }
    return table.lines(style) + problems
  }

  private static func news(_ result: StatusAnswer.Source.Result, _ time: TimeText) -> String {
    var parts = ["\(DecimalText.grouped(result.taken)) rows taken"]
    if result.unchanged > 0 { parts.append("\(DecimalText.grouped(result.unchanged)) known") }
    if result.rejected > 0 { parts.append("\(DecimalText.grouped(result.rejected)) rejected") }
    return "\(time.relative(result.at)): \(parts.joined(separator: ", "))"
  }

  private static func remark(_ source: StatusAnswer.Source, _ style: TextStyle) -> String {
    if let running = source.running {
      let of = "\(ByteSizeText.text(running.bytes)) of \(ByteSizeText.text(running.totalBytes))"
      return "importing \(VisibleText.plainLine(running.file)), \(of)"
    }
    switch source.standing {
    case .waiting: return "not looked at yet"
    case .good: return style.paint("good", .green)
    case .withProblems:
      let count = source.problemCount
      return style.paint("\(count) problem\(count == 1 ? "" : "s")", .red)
    }
  }

  /// Adds the file's name, unless the problem begins with it in quotes.
  private static func line(_ problem: StatusAnswer.Source.Problem) -> String {
    let text = VisibleText.plainLine(problem.problem)
    guard let file = problem.file, text.utf8.first != UInt8(ascii: "'") else { return text }
    return "\(VisibleText.plainLine(file)): \(text)"
  }
}
