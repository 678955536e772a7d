internal import Operations

/// Formats the answer to `reload`.
enum ReloadText {
  /// One line, one for each warning, and one if something needs a restart; each ends with a line feed.
  static func text(_ answer: ReloadAnswer, style: TextStyle) -> String {
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    let counts = [
      count(answer.triggers, "trigger"), count(answer.templates, "template"),
      count(answer.channels, "channel"),
    ]
    let warnings = answer.warnings.map { style.paint($0, .yellow) + "\n" }.joined()
    let line = "reloaded \(answer.configuration): \(counts.joined(separator: ", "))\n" + warnings
    guard !answer.restartNeeded.isEmpty else { return line }
    let keys = answer.restartNeeded.joined(separator: ", ")
    return line + style.paint("\(keys): changed in reprise.yaml, in force only after a restart", .yellow)
      + "\n"
  }
}
