package import Domain

/// The result of a batch.
package struct IntakeReceipt: Equatable, Sendable {
  /// New events.
  package var stored = 0
  /// Events with a known message id; they changed nothing.
  package var duplicates = 0
  /// Enrollments planned, moved or ended, and customers whom a waiting step may now reach.
  package var plansChanged = 0
  /// Memberships of segments that were written.
  package var membershipsChanged = 0
  /// Messages of the outbox that waited for an address and are due now.
  package var messagesWoken = 0
  /// Events and parts of events that were refused.
  package var refusals: [IntakeRefusal] = []

  /// Adds the result of a part.
  ///
  /// - Parameter positions: the positions of its events.
  mutating func add(_ part: IntakeReceipt, of positions: [Int]) {
    stored += part.stored
    duplicates += part.duplicates
    plansChanged += part.plansChanged
    membershipsChanged += part.membershipsChanged
    messagesWoken += part.messagesWoken
    refusals += part.refusals.map { refusal in
      var refusal = refusal
      refusal.position = positions[refusal.position]
      return refusal
    }
  }
}
