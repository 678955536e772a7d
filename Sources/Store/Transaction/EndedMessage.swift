package import Domain
internal import Platform

/// A message that ended in the outbox, with what must be recorded about it.
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
  /// The recorded decision about an ended message.
  package init(_ decision: Decision, of message: EndedMessage, at: Instant) {
    self.init(
      enrollment: message.enrollment, trigger: message.trigger, customer: message.customer,
      step: message.step, at: at, verdict: decision.verdict.kind, gate: decision.verdict.gate, channel: nil,
      until: decision.verdict.until, trace: decision.trace)
  }
}

extension EndedMessage {
  private enum Column: Int, TableColumn {
    case key, enrollment, trigger, customer, step, channel, dueAt, expiresAt
  }

  static let columns = SQL.list(Column.allCases.names)

  init(_ row: borrowing Row) {
    self.init(
      key: row.int64(Column.key), enrollment: row.int64(Column.enrollment),
      trigger: TriggerID(row.string(Column.trigger)), customer: row.customer(Column.customer),
      step: StepID(row.string(Column.step)), channel: ChannelName(row.string(Column.channel)),
      dueAt: row.instant(Column.dueAt), expiresAt: row.instant(Column.expiresAt))
  }
}
