package import Domain
internal import Glibc

/// A message with its columns written out already, so that the writing thread has only to write.
///
/// A class, like the others here: batches of them are passed on and filtered without copying what they hold.
package final class PreparedMessage: Sendable {
  package let message: NewMessage
  /// As it is stored: without NUL characters, which no column takes and no mail may hold.
  let content: MessageContent
  /// As addresses are compared.
  let address: String
  let data: String

  package init(_ message: NewMessage) {
    self.message = message
    content = message.content.withoutNULs
    address = Transaction.folded(content.to)
    data = content.data.storedDirectly
  }
}

extension MessageContent {
  /// A filter of a template can make a NUL of what a customer has sent; one such message must not hold up all others.
  fileprivate var withoutNULs: MessageContent {
    let texts = [to, toName, subject, preheader, html, text, unsubscribeURL]
    guard texts.contains(where: { $0?.holdsNUL ?? false }) else { return self }
    func clean(_ text: String) -> String { String(decoding: text.utf8.filter { $0 != 0 }, as: UTF8.self) }
    return MessageContent(
      to: clean(to), toName: clean(toName), subject: subject.map(clean), preheader: preheader.map(clean),
      html: html.map(clean), text: clean(text), purpose: purpose,
      unsubscribeURL: unsubscribeURL.map(clean), data: data)
  }
}

extension String {
  fileprivate var holdsNUL: Bool {
    utf8.withContiguousStorageIfAvailable { bytes in
      bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
    } ?? utf8.contains(0)
  }
}

/// The same for a decision.
package final class PreparedDecision: Sendable {
  package let decision: StoredDecision
  let trace: String

  package init(_ decision: StoredDecision) {
    self.decision = decision
    trace = decision.trace.stored
  }
}

/// The same for how far an enrollment has come.
package struct PreparedProgress: Sendable {
  let key: Int64
  let doneSteps: String
  let nextDueAt: Instant?
  let state: EnrollmentState
  let endReason: EndReason?
  let beganAt: Instant?

  package init(_ enrollment: Enrollment) {
    key = enrollment.key
    doneSteps = enrollment.storedSteps
    nextDueAt = enrollment.nextDueAt
    state = enrollment.state
    endReason = enrollment.endReason
    beganAt = enrollment.beganAt
  }
}
