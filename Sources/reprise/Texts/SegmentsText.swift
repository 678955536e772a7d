internal import Domain
internal import Operations
internal import Platform

/// Formats the answers to `segments` and `segment`.
enum SegmentsText {
  /// The whole text, ending with a line feed.
  static func table(_ segments: [SegmentsAnswer.Segment], _ style: TextStyle) -> String {
    if segments.isEmpty {
      return "no segments; make one in segments/, see: \(style.call("help segments"))\n"
    }
    var table = TextTable([
      .init("SEGMENT"), .init("CUSTOMERS", isNumber: true), .init("IN 7 DAYS", isNumber: true),
      .init("OUT", isNumber: true), .init("DAY BY DAY"),
    ])
    table.rows = segments.map { segment in
      [
        segment.segment.rawValue, DecimalText.grouped(Int64(segment.size)), "+\(segment.entered)",
        "-\(segment.left)",
        segment.evaluation.map(evaluation) ?? sparkline(segment.days.map(\.size), style),
      ]
    }
    return table.lines(style).joined(separator: "\n") + "\n"
  }

  static func history(_ segment: SegmentsAnswer.Segment, _ style: TextStyle) -> String {
    let name = style.paint(segment.segment.rawValue, .bold)
    let count = "\(DecimalText.grouped(Int64(segment.size))) \(segment.size == 1 ? "customer" : "customers")"
    var lines = ["\(name): \(count); in the last 7 days \(segment.entered) came and \(segment.left) went"]
    if let progress = segment.evaluation { lines.append("a new definition: \(evaluation(progress))") }
    if segment.days.isEmpty {
      lines.append("the store does not know it yet; it does once the daemon runs with it")
    } else {
      var table = TextTable([.init("DAY"), .init("CUSTOMERS", isNumber: true)])
      table.rows = segment.days.map { [$0.day, DecimalText.grouped(Int64($0.size))] }
      lines += [""] + table.lines(style)
    }
    return lines.map(VisibleText.line).joined(separator: "\n") + "\n"
  }

  static func evaluation(_ progress: Evaluation) -> String {
    let (done, all) = (Int64(progress.done), Int64(progress.customers))
    return "\(DecimalText.grouped(done)) of \(DecimalText.grouped(all)) customers evaluated"
  }

  /// A bar for each of the last two weeks' sizes; digits from 0 to 7 where the terminal has no bars.
  static func sparkline(_ sizes: [Int], _ style: TextStyle) -> String {
    let sizes = sizes.suffix(14)
    guard let least = sizes.min(), let most = sizes.max() else { return "" }
    let bars = style.isUnicode ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : (0...7).map(String.init)
    return sizes.map { bars[most == least ? 3 : ($0 - least) * 7 / (most - least)] }.joined()
  }
}
