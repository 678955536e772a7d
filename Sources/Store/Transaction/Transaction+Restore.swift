package import Domain
internal import Platform

/// What a store that was put back does not know.
package struct Restoration: Equatable, Sendable {
  package var gap: RecordGap
  /// Messages of the outbox that may have gone out since the backup.
  package var ambiguous: Int
  /// Steps that fell due since the backup, and are skipped.
  package var skipped: Int
}

extension Transaction {
  /// Remembers that everything since the last decision in this store is unknown: what stood in the outbox becomes
  /// ambiguous, and what fell due until `now` will not be sent.
  ///
  /// Done again before anything new was decided, it finds the same beginning and lengthens the gap to the new `now`.
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

  /// The gap of the last restore; `nil` when there was none.
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
