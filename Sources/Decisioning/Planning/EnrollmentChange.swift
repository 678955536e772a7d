package import Domain

/// A change to write to a customer's enrollments after planning.
package enum EnrollmentChange: Equatable, Sendable {
  /// A new enrollment, whose key is still 0.
  case enroll(Enrollment)
  /// New times or a new subject for an enrollment, which becomes active: an ended one is resumed where it
  /// stopped (its end reason is cleared, its decided steps stay decided).
  case move(key: Int64, firesAt: Instant, subject: Subject, nextDueAt: Instant)
  case end(key: Int64, EndReason)
}

extension Enrollment {
  /// Applies a change made for this enrollment; ignores `enroll` and changes of other keys.
  package mutating func apply(_ change: EnrollmentChange) {
    switch change {
    case .move(key, let firesAt, let subject, let nextDueAt):
      self.firesAt = firesAt
      self.subject = subject
      self.nextDueAt = nextDueAt
      state = .active
      endReason = nil
    case .end(key, let reason): end(reason)
    default: break
    }
  }

  /// Ends it before the last step.
  package mutating func end(_ reason: EndReason) {
    state = .ended
    endReason = reason
    nextDueAt = nil
  }
}
