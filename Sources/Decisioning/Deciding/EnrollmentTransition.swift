package import Domain

/// The effect of a decision on its enrollment.
package enum EnrollmentTransition {
  /// The enrollment to store together with the decision.
  ///
  /// Send, skip and withhold settle the step: the next one falls due, or the enrollment is complete. A
  /// deferral settles nothing. A skip that ends the enrollment leaves the step open, so that it can still go
  /// out if the reason returns and planning reactivates the enrollment.
  ///
  /// - Parameter goesAt: the earliest handoff of the message, which may delay the next step; `nil` for `now`.
  package static func apply(
    _ decision: Decision, to step: StepID, of enrollment: Enrollment, trigger: Trigger, now: Instant,
    goesAt: Instant? = nil
  ) -> Enrollment {
    var enrollment = enrollment
    switch decision.verdict {
    case .defer(let until, _): enrollment.nextDueAt = until
    case .skip(_, endsEnrollment: true): enrollment.end(decision.endReason)
    case .send, .skip, .withhold:
      if !enrollment.doneSteps.contains(step) { enrollment.doneSteps.append(step) }
      if enrollment.beganAt == nil { enrollment.beganAt = now }
      enrollment.proceed(in: trigger)
      guard case .send = decision.verdict, let next = trigger.nextStep(of: enrollment),
        let sent = trigger.steps.first(where: { $0.id == step })
      else { break }
      enrollment.nextDueAt = max(next.dueAt, (goesAt ?? now) + (next.step.after - sent.after))
    }
    return enrollment
  }
}

extension Enrollment {
  /// Waits for the trigger's next step, or completes the enrollment.
  package mutating func proceed(in trigger: Trigger) {
    if let next = trigger.nextStep(of: self) {
      nextDueAt = next.dueAt
    } else {
      nextDueAt = nil
      state = .completed
    }
  }
}
