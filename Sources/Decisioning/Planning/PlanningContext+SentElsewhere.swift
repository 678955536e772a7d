package import Domain

extension PlanningContext {
  /// An enrollment of which a message of another system was counted as a step.
  package struct ElsewhereStep: Equatable, Sendable {
    /// Has the key 0 if it is not stored yet.
    package var enrollment: Enrollment
    package var step: StepID
    /// `nil` if it is unknown what the message was about.
    package var occurrence: String?
  }

  /// Counts a message of another system as a step of the context's trigger: it and the steps before it are done.
  ///
  /// An enrollment under way goes on with the next step. One that is not planned yet ends with
  /// `sent_elsewhere`, and is taken up again for its remaining steps once a plan for it exists. If nobody can
  /// tell what the message was about, it counts for `reentry` only.
  ///
  /// - Returns: `nil` if the trigger does not have the step.
  package func enrollment(after message: SentElsewhere) -> ElsewhereStep? {
    let named = message.step.map { id in trigger.steps.first { $0.id == id } } ?? trigger.steps.first
    guard let step = named, let place = trigger.steps.firstIndex(where: { $0.id == step.id }) else {
      return nil
    }
    let done = trigger.steps[...place].map(\.id)
    let firedAt = message.sentAt - step.after
    let occasion = trigger.when.occasion(told: message.occurrence, sentAt: message.sentAt, in: self)
    let occurrence = occasion?.occurrence ?? "sent@\(message.sentAt.milliseconds)"
    let known = enrollments.first { $0.occurrence.hasSameBytes(as: occurrence) }
    var enrollment =
      known
      ?? Enrollment(
        trigger: trigger.id, customer: state.customer.key, occurrence: occurrence, firesAt: firedAt,
        subject: occasion?.subject ?? .customer, nextDueAt: nil, state: .ended, endReason: .sentElsewhere,
        plannedAt: now, beganAt: message.sentAt)
    enrollment.beganAt = min(enrollment.beganAt ?? message.sentAt, message.sentAt)
    let added = done.filter { !enrollment.doneSteps.contains($0) }
    enrollment.doneSteps += added
    if enrollment.endReason == .sentElsewhere {
      enrollment.firesAt = min(enrollment.firesAt, firedAt)
      // In the order of the trigger's steps, whatever the order of the messages.
      enrollment.doneSteps = trigger.steps.map(\.id).filter { enrollment.doneSteps.contains($0) }
      if trigger.nextStep(of: enrollment) == nil || known == nil && occasion == nil {
        enrollment.state = .completed
        enrollment.endReason = nil
      }
    } else if enrollment.state == .active, !added.isEmpty {
      enrollment.proceed(in: trigger)
    }
    return ElsewhereStep(enrollment: enrollment, step: step.id, occurrence: occasion?.occurrence)
  }
}
