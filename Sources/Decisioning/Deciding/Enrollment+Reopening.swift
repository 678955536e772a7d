package import Domain

extension Enrollment {
  /// Takes a step up again whose message reached nobody because its address is bad for good: it is decided anew, and the
  /// gates find the next channel of the step, or a new address.
  ///
  /// - Returns: whether there is something to decide: not for a step that is gone from the file, one with a single
  ///   channel, and an enrollment that has ended.
  package mutating func reopen(_ step: StepID, in program: Program, now: Instant) -> Bool {
    guard state != .ended, doneSteps.contains(step),
      let current = program.triggers[trigger]?.steps.first(where: { $0.id == step }),
      current.channels.count > 1
    else { return false }
    doneSteps.removeAll { $0 == step }
    state = .active
    nextDueAt = min(nextDueAt ?? now, now)
    return true
  }
}
