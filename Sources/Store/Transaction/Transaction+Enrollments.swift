package import Domain
package import Platform

/// A position in the order of due enrollments.
package struct DuePosition: Equatable, Sendable {
  package var dueAt: Instant
  package var key: Int64

  package init(dueAt: Instant, key: Int64) {
    self.dueAt = dueAt
    self.key = key
  }

}

/// A due enrollment: only its key, trigger and customer, since the rest is loaded with the customer's state.
package struct DueEnrollment: Equatable, Sendable {
  package var key: Int64
  package var customer: CustomerKey
  /// `TriggerRecord.key`.
  package var trigger: Int64
  package var dueAt: Instant

  package init(key: Int64, customer: CustomerKey, trigger: Int64, dueAt: Instant) {
    self.key = key
    self.customer = customer
    self.trigger = trigger
    self.dueAt = dueAt
  }

  package var position: DuePosition { DuePosition(dueAt: dueAt, key: key) }
}

extension Transaction {
  /// Encodes and inserts enrollments.
  package func insert(_ enrollments: [Enrollment]) throws {
    try insert(enrollments.map { ($0.customer, PreparedEnrollment($0)) })
  }

  /// Saves the progress of enrollments: what deciding changes, not when they fire or what they are about.
  /// They must have their keys.
  package func saveProgress(_ enrollments: [Enrollment]) throws {
    try saveProgress(enrollments.map { PreparedProgress($0) })
  }

  package func saveProgress(_ enrollments: [PreparedProgress]) throws {
    try connection.runBatch(Self.saveProgressStatement, count: enrollments.count) { index, binder in
      let progress = enrollments[index]
      try binder.bind(progress.enrollment.key)
      for column in Enrollment.Column.progress { try progress.bind(column, to: binder) }
    }
  }

  private static let saveProgressStatement = SQLText(
    constant:
      "UPDATE enrollments SET \(SQL.assign(Enrollment.Column.progress.names, from: 2)) WHERE key = ?1")

  /// Due enrollments after `position`, the longest overdue first.
  package func dueEnrollments(
    now: Instant, after position: DuePosition? = nil, limit: Int
  ) throws -> [DueEnrollment] {
    let position = position ?? DuePosition(dueAt: .distantPast, key: .min)
    return try connection.all(
      Self.dueEnrollmentsStatement,
      [now.sql, .integer(Int64(limit)), position.dueAt.sql, .integer(position.key)]
    ) {
      DueEnrollment(
        key: $0.int64(0), customer: $0.customer(1), trigger: $0.int64(2), dueAt: $0.instant(3))
    }
  }

  /// A test asserts that it uses the due index.
  package static let dueEnrollmentsStatement: SQLText =
    "SELECT key, customer, trigger, next_due_at FROM enrollments WHERE state = 'active' AND next_due_at <= ?1 AND (next_due_at, key) > (?3, ?4) ORDER BY next_due_at, key LIMIT ?2"

  /// The earliest due time of an enrollment; `nil` if none is active.
  package func nextDueAt() throws -> Instant? {
    try connection.integer(Self.nextDueStatement).map { Instant(milliseconds: $0) }
  }

  package static let nextDueStatement: SQLText =
    "SELECT next_due_at FROM enrollments WHERE state = 'active' ORDER BY next_due_at LIMIT 1"

  /// Ends up to `limit` active enrollments of a trigger. - Returns: their customers.
  package func endEnrollments(of trigger: TriggerID, reason: EndReason, limit: Int) throws -> [CustomerKey] {
    try connection.all(
      """
      UPDATE enrollments SET state = 'ended', end_reason = ?2, next_due_at = NULL WHERE key IN (
        SELECT e.key FROM enrollments e JOIN triggers t ON t.key = e.trigger
        WHERE t.id = ?1 AND e.state = 'active' ORDER BY e.key LIMIT ?3) RETURNING customer
      """, [.text(trigger.rawValue), .text(reason.rawValue), .integer(Int64(limit))]
    ) { $0.customer(0) }
  }

  /// Ends single enrollments.
  package func end(_ enrollments: [(key: Int64, reason: EndReason)]) throws {
    try connection.runBatch(
      "UPDATE enrollments SET state = 'ended', end_reason = ?2, next_due_at = NULL WHERE key = ?1",
      count: enrollments.count
    ) { index, binder in
      try binder.bind(enrollments[index].key)
      try binder.bind(enrollments[index].reason.rawValue)
    }
  }

  /// Enrollments by key; unknown ones are missing.
  package func enrollments(keys: [Int64]) throws -> [Int64: Enrollment] {
    var found: [Int64: Enrollment] = [:]
    try connection.queryBatch(
      Self.enrollmentStatement, count: keys.count, bind: { try $1.bind(keys[$0]) }
    ) { index, row in found[keys[index]] = try Enrollment(row) }
    return found
  }

  private static let enrollmentStatement = SQLText(constant: Enrollment.select + " WHERE e.key = ?1")
}
