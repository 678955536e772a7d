package import Domain
internal import Platform

/// A message that came to its end in the outbox, with what has to be recorded of it.
package struct EndedMessage: Equatable, Sendable {
  package var key: Int64
  package var enrollment: Int64
  package var trigger: TriggerID
  package var customer: CustomerKey
  package var step: StepID
  package var channel: ChannelName
  package var dueAt: Instant
  package var expiresAt: Instant
}

extension StoredDecision {
  /// A decision about a message that has ended, as it stands in the record.
  package init(_ decision: Decision, of message: EndedMessage, at: Instant) {
    self.init(
      enrollment: message.enrollment, trigger: message.trigger, customer: message.customer,
      step: message.step, at: at, verdict: decision.verdict.kind, gate: decision.verdict.gate, channel: nil,
      until: decision.verdict.until, trace: decision.trace)
  }
}

extension EndedMessage {
  static let columns = "key, enrollment, trigger, customer, step, channel, due_at, expires_at"

  init(_ row: borrowing Row) {
    self.init(
      key: row.int64(0), enrollment: row.int64(1), trigger: TriggerID(row.string(2)),
      customer: row.customer(3), step: StepID(row.string(4)), channel: ChannelName(row.string(5)),
      dueAt: row.instant(6), expiresAt: row.instant(7))
  }
}
