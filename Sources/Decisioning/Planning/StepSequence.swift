package import Domain

extension Trigger {
  /// The step to decide next and when it falls due: the first of the file that was not decided yet.
  ///
  /// The file as it is now counts: a removed step is passed over, an added one is decided in its turn.
  ///
  /// - Returns: `nil` when every step was decided; the enrollment is then complete.
  package func nextStep(of enrollment: Enrollment) -> (step: Step, dueAt: Instant)? {
    guard let step = steps.first(where: { !enrollment.doneSteps.contains($0.id) }) else { return nil }
    return (step, enrollment.firesAt + step.after)
  }

  /// The last moment at which a step that was due at `dueAt` may still go out.
  package func expiry(of step: Step, dueAt: Instant) -> Instant {
    dueAt + (step.expiresAfter ?? expiresAfter)
  }

  /// Whether no step, or no step but those in `done`, could go out any more after firing at `firesAt`.
  package func isExpired(firesAt: Instant, done: [StepID] = [], now: Instant) -> Bool {
    !steps.contains { step in
      !done.contains(step.id) && now <= expiry(of: step, dueAt: firesAt + step.after)
    }
  }
}
