package import Platform

/// The answer to `preview` as people read it.
package enum PreviewText {
  /// Head lines, an empty line, the text half, and what it costs where that is counted in parts.
  ///
  /// - Parameter parts: `2 SMS parts, ...`; `nil` where parts mean nothing.
  package static func text(_ preview: JSON, parts: String?, style: TextStyle) -> String {
    func field(_ name: String) -> String? { preview[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
    var rows: [(String, String)] = [
      ("from", "step \(field("step") ?? "?") of \(field("trigger") ?? "?"), \(field("purpose") ?? "?")"),
      ("channel", field("channel") ?? "?"),
      ("to", [field("to_name"), field("to")].compactMap { $0 }.joined(separator: ", ")),
    ]
    if let subject = field("subject") { rows.append(("subject", subject)) }
    if let preheader = field("preheader") { rows.append(("preheader", preheader)) }
    if let url = field("unsubscribe_url") { rows.append(("unsubscribe", url)) }
    if let parts { rows.append(("parts", parts)) }
    var text = rows.map { style.pad(style.paint($0.0, .dim), to: 13) + $0.1 + "\n" }.joined()
    let body = field("text") ?? ""
    text += "\n" + body + (body.hasSuffix("\n") ? "" : "\n")
    return text
  }
}
