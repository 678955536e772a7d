package import Domain
internal import Glibc
internal import Platform

/// A message with its columns already encoded, to save work on the writing thread.
///
/// A class, like the others here, so that batches can be passed on and filtered without copying.
package final class PreparedMessage: Sendable {
  package let message: NewMessage
  /// As stored: without NUL characters, which no column accepts and no mail may contain.
  let content: MessageContent
  /// In the form in which addresses are compared.
  let address: String
  let data: String

  package init(_ message: NewMessage) {
    self.message = message
    content = message.content.withoutNULs
    address = Transaction.folded(content.to)
    data = content.data.storedDirectly
  }

  /// - Parameters:
  ///   - ledgerKey: the message's own, or its replacement's.
  ///   - now: when it enters the outbox.
  func bind(_ column: NewMessage.Column, ledgerKey: LedgerKey, now: Instant, to binder: any SQLBinder) throws
  {
    switch column {
    case .ledgerKey: try binder.bind(ledgerKey.bytes)
    case .enrollment: try binder.bind(message.enrollment)
    case .customer: try binder.bind(message.customer)
    case .trigger: try binder.bind(message.trigger.rawValue)
    case .occurrence: try binder.bind(message.occurrence)
    case .step: try binder.bind(message.step.rawValue)
    case .channel: try binder.bind(message.channel.rawValue)
    case .address: try binder.bind(address)
    case .priority: try binder.bind(Int64(message.priority))
    case .dueAt: try binder.bind(message.dueAt)
    case .expiresAt: try binder.bind(message.expiresAt)
    case .state: try binder.bind((message.dueAt > now ? MessageState.waiting : .queued).rawValue)
    case .attempt: try binder.bind(0 as Int64)
    case .maybeDelivered: try binder.bind(false)
    case .createdAt: try binder.bind(now)
    }
  }

  func bind(_ column: MessageContent.Column, to binder: any SQLBinder) throws {
    switch column {
    case .recipient: try binder.bind(content.to == address ? nil : content.to)
    case .toName: try binder.bind(content.toName)
    case .subject: try binder.bind(content.subject)
    case .preheader: try binder.bind(content.preheader)
    case .unsubscribeURL: try binder.bind(content.unsubscribeURL)
    case .data: try binder.bind(data)
    case .text: try binder.bind(content.text)
    case .html: try binder.bind(content.html)
    case .purpose: try binder.bind(content.purpose.rawValue)
    }
  }
}

extension MessageContent {
  /// A template's filter can produce a NUL from a customer's text; such a message must not block all others.
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

/// A decision with its columns already encoded.
package final class PreparedDecision: Sendable {
  package let decision: StoredDecision
  let trace: String

  package init(_ decision: StoredDecision) {
    self.decision = decision
    trace = decision.trace.stored
  }

  func bind(_ column: StoredDecision.Column, to binder: any SQLBinder) throws {
    switch column {
    case .enrollment: try binder.bind(decision.enrollment)
    case .step: try binder.bind(decision.step.rawValue)
    case .at: try binder.bind(decision.at)
    case .verdict: try binder.bind(decision.verdict.rawValue)
    case .gate: try binder.bind(decision.gate?.rawValue)
    case .channel: try binder.bind(decision.channel?.rawValue)
    case .until: try binder.bind(decision.until)
    case .trace: try binder.bind(trace)
    }
  }
}

/// The progress of an enrollment, already encoded: the columns of `Enrollment.Column.progress`.
package struct PreparedProgress: Sendable {
  let enrollment: Enrollment
  private let doneSteps: String

  package init(_ enrollment: Enrollment) {
    self.enrollment = enrollment
    doneSteps = enrollment.storedSteps
  }

  func bind(_ column: Enrollment.Column, to binder: any SQLBinder) throws {
    try enrollment.bind(column, subject: enrollment.subject.stored, doneSteps: doneSteps, to: binder)
  }
}
