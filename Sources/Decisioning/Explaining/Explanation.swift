package import Domain

/// Everything known about one customer and the program: what happened and why, what is planned, or why nothing is. A
/// value; the caller formats it.
package struct Explanation: Equatable, Sendable {
  package var customerID: String
  package var at: Instant
  /// Sorted by trigger id.
  package var triggers: [TriggerExplanation]
}

/// One trigger for one customer.
package struct TriggerExplanation: Equatable, Sendable {
  package var trigger: TriggerID
  package var isPaused: Bool
  /// In the order they were planned.
  package var enrollments: [EnrollmentExplanation]
  /// Why nothing is planned; `nil` if an enrollment is active.
  package var absence: Absence?
  /// The newest occasion, if the trigger's condition refused it and nothing is planned.
  package var refusal: Refusal?
}

/// One enrollment: its decisions and forecast.
package struct EnrollmentExplanation: Equatable, Sendable {
  package var enrollment: Enrollment
  /// The event it is about, if any, and if it is still stored.
  package var event: Event?
  /// Oldest first.
  package var decisions: [StoredDecision]
  /// What each remaining step would become if nothing changed; empty unless the enrollment is active.
  package var forecast: [Forecast]
  /// Orders that would have stopped a message but became known only after it.
  package var lateOrders: [LateOrder]
}

/// The expected result of one step.
package struct Forecast: Equatable, Sendable {
  package var step: StepID
  /// When it will be decided: when it is due, or at the end of quiet hours.
  package var at: Instant
  /// The step whose late message delays this one, if any, and the distance between them.
  package var follows: StepTiming.Following?
  package var verdict: VerdictKind
  /// For `send`; `nil` otherwise.
  package var channel: ChannelName?
  /// The gate that stops it, with its values; `nil` for `send`.
  package var heldBy: TraceEntry?
  /// The gate that holds each channel, in the step's order; empty unless several were tried.
  package var channels: [TraceEntry] = []
}

/// "The order placed at 10:00, before the message of 11:00, became known only at 11:20."
package struct LateOrder: Equatable, Sendable {
  package var orderID: String
  package var placedAt: Instant
  package var knownAt: Instant
  package var step: StepID
  package var messageAt: Instant
}

/// Why a trigger has nothing planned for a customer.
package enum Absence: Equatable, Sendable {
  /// Nothing in the customer's state fires the trigger.
  case noOccasion(Lack?)
  /// It would have fired before the trigger was enabled, and `existing: skip` ignores that.
  case qualifiedEarlier(firedAt: Instant, enabledAt: Instant)
  /// Too soon after another enrollment.
  case reentry(enrolledAt: Instant, until: Instant)
  /// It would have fired, but even its last step is too late.
  case expired(firedAt: Instant)
  /// It fires but is not planned yet: imported customers and changed triggers are planned in the background.
  case unplanned(firesAt: Instant)
  /// The occurrence has completed all its steps.
  case completed(occurrence: String)
  /// The occurrence was ended.
  case ended(occurrence: String, EndReason)
}
