package import Domain
internal import Platform

/// What a restored store does not know.
package struct Restoration: Equatable, Sendable {
  package var gap: RecordGap
  /// Messages of the outbox that may have been sent since the backup.
  package var ambiguous: Int
  /// Steps that fell due since the backup and are skipped.
  package var skipped: Int
}

extension Transaction {
  /// Records that everything since this store's last decision is unknown: messages in the outbox become
  /// ambiguous, and what fell due until `now` will not be sent.
  ///
  /// If repeated before anything new is decided, it keeps the start of the gap and extends it to the new `now`.
  package func acceptRestore(now: Instant) throws -> Restoration {
    let from = try lastDecision() ?? .distantPast
    let ambiguous = try connection.run(Self.restoreStatement)
    let skipped = try connection.integer(
      "SELECT count(*) FROM enrollments WHERE state = 'active' AND next_due_at > ?1 AND next_due_at <= ?2",
      [from.sql, now.sql])
    for (name, at) in [(Self.gapFrom, from), (Self.gapTo, now)] {
      try setMeta(name, String(at.milliseconds))
    }
    return Restoration(
      gap: RecordGap(from: from, to: now), ambiguous: ambiguous, skipped: Int(skipped ?? 0))
  }

  private static let restoreStatement = MessageUpdate.statement(
    .restored, set: "outcome = '\(OutcomeClass.ambiguous.rawValue)', code = 'restored'"
  ) { $0.isOneOf }

  /// The gap of the last restore; `nil` if there was none.
  package func recordGap() throws -> RecordGap? {
    guard let from = try storedMeta(Self.gapFrom).flatMap({ Int64($0) }),
      let to = try storedMeta(Self.gapTo).flatMap({ Int64($0) })
    else { return nil }
    return RecordGap(from: Instant(milliseconds: from), to: Instant(milliseconds: to))
  }

  private static let gapFrom = "record_gap_from"
  private static let gapTo = "record_gap_to"

  private func lastDecision() throws -> Instant? {
    try connection.integer("SELECT at FROM decisions ORDER BY at DESC LIMIT 1")
      .map { Instant(milliseconds: $0) }
  }
}
