package import Platform

/// The answer to `reload` as people read it.
package enum ReloadText {
  /// One line, and a second one when something waits for a restart; each ends with a line feed.
  package static func text(_ answer: JSON, style: TextStyle) -> String {
    func count(_ noun: String) -> String {
      let number = answer[noun + "s"]?.integerValue ?? 0
      return "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
    let counts = "reloaded: \(count("trigger")), \(count("template")), \(count("channel"))\n"
    let keys = answer["restart_needed"]?.arrayValue?.compactMap(\.stringValue) ?? []
    guard !keys.isEmpty else { return counts }
    return counts
      + style.paint(
        "\(keys.joined(separator: ", ")): changed in reprise.yaml, in force only after a restart", .yellow)
      + "\n"
  }
}
