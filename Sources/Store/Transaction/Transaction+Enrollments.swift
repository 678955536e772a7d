package import Domain
package import Platform

/// A place in the order in which enrollments are due.
package struct DuePosition: Equatable, Sendable {
  package var dueAt: Instant
  package var key: Int64

  package init(dueAt: Instant, key: Int64) {
    self.dueAt = dueAt
    self.key = key
  }

  /// `nil` for an enrollment that is never due.
  package init?(_ enrollment: Enrollment) {
    guard let dueAt = enrollment.nextDueAt else { return nil }
    self.init(dueAt: dueAt, key: enrollment.key)
  }
}

extension Transaction {
  /// Stores new enrollments; one whose trigger, occurrence and customer exist already is left out. Triggers unknown to
  /// the store are a misuse and fail.
  package func insert(_ enrollments: [Enrollment]) throws {
    try insert(enrollments.map { ($0.customer, PreparedEnrollment($0)) })
  }

  /// Writes how far these enrollments have come: what deciding changes of them, not when they fire or what they are
  /// about. They must have their keys.
  package func saveProgress(_ enrollments: [Enrollment]) throws {
    try connection.runBatch(
      "UPDATE enrollments SET done_steps = ?2, next_due_at = ?3, state = ?4, end_reason = ?5, began_at = ?6 WHERE key = ?1",
      count: enrollments.count
    ) { index, binder in
      let enrollment = enrollments[index]
      try binder.bind(enrollment.key)
      try binder.bind(enrollment.storedSteps)
      try binder.bind(enrollment.nextDueAt)
      try binder.bind(enrollment.state.rawValue)
      try binder.bind(enrollment.endReason?.rawValue)
      try binder.bind(enrollment.beganAt)
    }
  }

  /// Writes everything of these enrollments that can change. They must have their keys.
  package func update(_ enrollments: [Enrollment]) throws {
    try update(enrollments.map { PreparedEnrollment($0) })
  }

  /// What is due, the longest overdue first, from behind `position` on.
  package func dueEnrollments(
    now: Instant, after position: DuePosition? = nil, limit: Int
  ) throws -> [Enrollment] {
    let position = position ?? DuePosition(dueAt: .distantPast, key: .min)
    return try connection.all(
      Self.dueEnrollmentsStatement,
      [now.sql, .integer(Int64(limit)), position.dueAt.sql, .integer(position.key)]
    ) { try Enrollment($0) }
  }

  /// Asserted in a test to use the due index.
  package static let dueEnrollmentsStatement: SQLText =
    "SELECT e.key, t.id, e.customer, e.occurrence, e.fires_at, e.subject, e.done_steps, e.next_due_at, e.state, e.end_reason, e.planned_at, e.began_at FROM enrollments e JOIN triggers t ON t.key = e.trigger WHERE e.state = 'active' AND e.next_due_at <= ?1 AND (e.next_due_at, e.key) > (?3, ?4) ORDER BY e.next_due_at, e.key LIMIT ?2"

  /// The earliest instant at which an enrollment is due; `nil` when none is active.
  package func nextDueAt() throws -> Instant? {
    try connection.integer(Self.nextDueStatement).map { Instant(milliseconds: $0) }
  }

  package static let nextDueStatement: SQLText =
    "SELECT next_due_at FROM enrollments WHERE state = 'active' ORDER BY next_due_at LIMIT 1"

  /// Ends active enrollments of a trigger, at most `limit` of them. - Returns: whose they were.
  package func endEnrollments(of trigger: TriggerID, reason: EndReason, limit: Int) throws -> [CustomerKey] {
    try connection.all(
      """
      UPDATE enrollments SET state = 'ended', end_reason = ?2, next_due_at = NULL WHERE key IN (
        SELECT e.key FROM enrollments e JOIN triggers t ON t.key = e.trigger
        WHERE t.id = ?1 AND e.state = 'active' ORDER BY e.key LIMIT ?3) RETURNING customer
      """, [.text(trigger.rawValue), .text(reason.rawValue), .integer(Int64(limit))]
    ) { $0.customer(0) }
  }

  /// One enrollment each, by number; those unknown are missing.
  package func enrollments(keys: [Int64]) throws -> [Int64: Enrollment] {
    var found: [Int64: Enrollment] = [:]
    try connection.queryBatch(
      "SELECT e.key, t.id, e.customer, e.occurrence, e.fires_at, e.subject, e.done_steps, e.next_due_at, e.state, e.end_reason, e.planned_at, e.began_at FROM enrollments e JOIN triggers t ON t.key = e.trigger WHERE e.key = ?1",
      count: keys.count, bind: { try $1.bind(keys[$0]) }
    ) { index, row in found[keys[index]] = try Enrollment(row) }
    return found
  }
}
