internal import Operations
internal import Platform

/// Lists the messages sent without getting an answer, with the commands that settle them.
enum AmbiguousText {
  /// Ends with a line feed.
  static func text(_ messages: [MessagesAnswer.Message], style: TextStyle) -> String {
    if messages.isEmpty { return "No message is ambiguous.\n" }
    return lines(messages, style).joined(separator: "\n") + "\n"
  }

  static func lines(_ messages: [MessagesAnswer.Message], _ style: TextStyle) -> [String] {
    let noun = messages.count == 1 ? "1 message was" : "\(messages.count) messages were"
    let head =
      "\(noun) handed over without an answer: perhaps delivered, perhaps not. When you know more (sent: it arrived; dead: it did not and shall not; retry: send it again):"
    var lines = style.wrapped(head.split(separator: " ").map(String.init), first: "", indent: "", with: " ")
    for message in messages {
      let code = message.code.map { ", \($0)" } ?? ""
      lines.append(
        "  \(style.call("resolve \(message.uid) sent|dead|retry"))    \(message.customer ?? "?"), step \(message.step) of \(message.trigger) by \(message.channel), \(TimeText.wall(message.createdAt))\(code)"
      )
    }
    return lines.map(VisibleText.line)
  }
}
