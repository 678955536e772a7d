internal import Domain
internal import Operations

/// Formats the answer to `preview`.
enum PreviewText {
  /// The headers, an empty line, the text part, and its cost if it is billed by parts.
  static func text(_ preview: PreviewAnswer, style: TextStyle) -> String {
    func given(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    var rows: [(String, String)] = [
      ("from", "step \(preview.step) of \(preview.trigger), \(preview.purpose.rawValue)"),
      ("channel", preview.channel.rawValue),
      ("to", [given(preview.toName), given(preview.to)].compactMap { $0 }.joined(separator: ", ")),
    ]
    if let subject = given(preview.subject) { rows.append(("subject", subject)) }
    if let preheader = given(preview.preheader) { rows.append(("preheader", preheader)) }
    if let url = given(preview.unsubscribeURL) { rows.append(("unsubscribe", url)) }
    // A message without a subject is a text message, which is billed by parts.
    if preview.subject == nil { rows.append(("parts", SMSPartText.text(preview.text))) }
    let head = rows.map { style.pad(style.paint($0.0, .dim), to: 13) + $0.1 + "\n" }.joined()
    return head + "\n" + preview.text + (preview.text.hasSuffix("\n") ? "" : "\n")
  }
}
