package import Configuration
internal import Domain

/// The keys for the sender of mail, shared by the adapters that write mail.
enum MailKeys {
  static let from = Field<Mailbox>.required("from", .mailbox, "The sender that customers see.")
  static let replyTo = Field<Mailbox?>.optional(
    "reply_to", .mailbox, "Where answers go; the sender without it.")
  static let returnPath = Field<EmailAddress?>.optional(
    "return_path", .emailAddress, "The envelope sender, where bounces go; the address of 'from' without it.")
  static let unsubscribeAddress = Field<EmailAddress?>.optional(
    "unsubscribe_address", .emailAddress,
    "A mailbox that unsubscribes whoever writes to it; stands in List-Unsubscribe behind the link.")
  static let listID = Field<String?>.optional(
    "list_id", .text(maximum: 200, example: "news.tea.example"),
    "The List-ID of marketing mail; made of the channel's name and the sender's domain without it.")
  static let feedbackID = Field<String?>.optional(
    "feedback_id", .text(maximum: 15, example: "qingshan"),
    "The last part of Feedback-ID, 5 to 15 characters; made of the sender's domain without it.")
}

extension Shape where Value == Mailbox {
  /// `hello@tea.example` or `Qingshan Tea <hello@tea.example>`.
  package static var mailbox: Shape {
    .text(
      expected: "a sender such as Qingshan Tea <hello@tea.example>",
      example: "Qingshan Tea <hello@tea.example>"
    ) { (text) throws(ScalarProblem) in
      do throws(MailboxError) {
        return try Mailbox(text)
      } catch {
        throw .mismatch(hint: error.description)
      }
    }
  }
}

extension Shape where Value == EmailAddress {
  /// `hello@tea.example`, without a name.
  static var emailAddress: Shape {
    .text(expected: "an email address", example: "hello@tea.example") { (text) throws(ScalarProblem) in
      do throws(EmailAddressError) {
        return try EmailAddress(text)
      } catch {
        throw .mismatch(hint: error.description)
      }
    }
  }
}
