package import Domain

extension Trigger {
  /// The next step to decide and its due time: the first one not decided yet.
  ///
  /// Uses the current configuration: a removed step is skipped, an added one is decided in its turn.
  ///
  /// - Returns: `nil` if every step was decided; the enrollment is then complete.
  package func nextStep(of enrollment: Enrollment) -> (step: Step, dueAt: Instant)? {
    guard let step = steps.first(where: { !enrollment.doneSteps.contains($0.id) }) else { return nil }
    return (step, enrollment.firesAt + step.after)
  }

  /// The last moment at which a step due at `dueAt` may still go out.
  package func expiry(of step: Step, dueAt: Instant) -> Instant {
    dueAt + (step.expiresAfter ?? expiresAfter)
  }

  /// Whether all steps except those in `done` have expired after a firing at `firesAt`.
  package func isExpired(firesAt: Instant, done: [StepID] = [], now: Instant) -> Bool {
    !steps.contains { step in
      !done.contains(step.id) && now <= expiry(of: step, dueAt: firesAt + step.after)
    }
  }
}
