internal import Decisioning
internal import Domain

/// The names that the templates in a channel's settings may use, for the reference and the handbook.
package enum ChannelNameReference {
  /// A Markdown table of the names below `message`, and of those beside it.
  package static func markdown() -> String {
    var text = "| name | type | example |\n| --- | --- | --- |\n"
    for entry in MessageJSON.record(of: sample).entries { write(entry.name, entry.value, into: &text) }
    text += "| `secret.NAME` | text | what `secrets` of the channel names |\n"
    for name in HTTPSignature.roots.keys.sorted() {
      text += "| `\(name.text)` | text | in `content` of `authentication` alone |\n"
    }
    return text
  }

  private static func write(_ name: String, _ value: Value, into text: inout String) {
    switch value {
    case .object(let record):
      for entry in record.entries { write("\(name).\(entry.name)", entry.value, into: &text) }
    case .string(let example): text += "| `\(name)` | text | `\(example)` |\n"
    default: text += "| `\(name)` | text |  |\n"
    }
  }

  private static let sample = ClaimedMessage(
    key: 1, uid: "3f1c5b0f9d0e", token: ClaimToken(bytes: []), attempt: 1, trigger: "cart_recovery",
    customer: CustomerKey(1), channel: "sms", step: "last_call", dueAt: Instant(milliseconds: 0),
    expiresAt: Instant(milliseconds: 0),
    content: MessageContent(
      to: "+8613800000000", toName: "Alexandra Example", subject: "Still in the cart",
      preheader: "What you chose is kept", html: "<p>Your cart is kept.</p>", text: "Your cart is kept.",
      purpose: .marketing, unsubscribeURL: "https://hello.tea.example/u/…",
      data: [
        "trigger": .string("cart_recovery"), "step": .string("last_call"), "occurrence": .string("c-1"),
        "customer": .object([
          "id": .string("c1001"), "first_name": .string("Alexandra"), "last_name": .string("Example"),
        ]),
      ]))
}
