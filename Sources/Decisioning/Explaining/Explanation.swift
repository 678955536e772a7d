package import Domain

/// Everything there is to say about one customer and the program: what happened and why, what comes, and if
/// nothing comes, what stands in the way. A value; whoever shows it chooses the words.
package struct Explanation: Equatable, Sendable {
  package var customerID: String
  package var at: Instant
  /// By trigger id.
  package var triggers: [TriggerExplanation]
}

/// One trigger as one customer meets it.
package struct TriggerExplanation: Equatable, Sendable {
  package var trigger: TriggerID
  package var isPaused: Bool
  /// In the order in which they were planned.
  package var enrollments: [EnrollmentExplanation]
  /// Why nothing is to come; `nil` when an enrollment is active.
  package var absence: Absence?
}

/// One enrollment: what was decided, what will be.
package struct EnrollmentExplanation: Equatable, Sendable {
  package var enrollment: Enrollment
  /// What it is about, when that is an event that is still kept.
  package var event: Event?
  /// Oldest first.
  package var decisions: [StoredDecision]
  /// What each step that is left would become, were the world to stay as it is; empty unless the enrollment
  /// is active.
  package var forecast: [Forecast]
  /// Orders that would have stopped a message but became known only after it.
  package var lateOrders: [LateOrder]
}

/// The expected end of one step.
package struct Forecast: Equatable, Sendable {
  package var step: StepID
  /// When it will be decided: when it is due, or at the end of quiet hours.
  package var at: Instant
  /// The step whose late message moves this one, if one does, and how far they keep apart.
  package var follows: StepTiming.Following?
  package var verdict: VerdictKind
  /// For `send`; `nil` otherwise.
  package var channel: ChannelName?
  /// The gate that says no, with the values it sees; `nil` for `send`.
  package var heldBy: TraceEntry?
}

/// "The order placed at 10:00, before the message of 11:00, became known only at 11:20."
package struct LateOrder: Equatable, Sendable {
  package var orderID: String
  package var placedAt: Instant
  package var knownAt: Instant
  package var step: StepID
  package var messageAt: Instant
}

/// Why a trigger has nothing in store for a customer.
package enum Absence: Equatable, Sendable {
  /// Nothing in the customer's state makes the trigger fire.
  case noOccasion(Lack?)
  /// It would have fired before the trigger was enabled, and `existing: skip` leaves that alone.
  case qualifiedEarlier(firedAt: Instant, enabledAt: Instant)
  /// Too soon after another enrollment.
  case reentry(enrolledAt: Instant, until: Instant)
  /// It would have fired, but even its last step is too late.
  case expired(firedAt: Instant)
  /// It fires, and is not planned yet: imported customers and changed triggers are planned in the background.
  case unplanned(firesAt: Instant)
  /// The occurrence has run through all its steps.
  case completed(occurrence: String)
  /// The occurrence was ended.
  case ended(occurrence: String, EndReason)
}
