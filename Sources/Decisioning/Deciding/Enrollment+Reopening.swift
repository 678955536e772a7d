package import Domain

extension Enrollment {
  /// Reopens a step whose message reached nobody: it is decided again, and the gates find the next channel of the
  /// step, or a new address.
  ///
  /// - Parameters:
  ///   - channel: that of the message, whose address is bad for good; `nil` when the message was no longer what the file
  ///     asks for.
  ///   - messages: what became of those of its steps.
  /// - Returns: whether there is something to decide: not for a step that is gone from the file, one that has only this
  ///   channel, an enrollment that has ended, and when a message of a later step was handed over, which it would follow.
  package mutating func reopen(
    _ step: StepID, triedOn channel: ChannelName?, in program: Program, after messages: [StepMessage],
    now: Instant
  ) -> Bool {
    guard state != .ended, doneSteps.contains(step), let trigger = program.triggers[trigger],
      let current = trigger.steps.first(where: { $0.id == step }),
      current.channels.contains(where: { $0 != channel })
    else { return false }
    let isOvertaken = messages.contains { message in
      guard case .handedOver = message.progress else { return false }
      return trigger.steps.contains { $0.id == message.step && $0.after > current.after }
    }
    if isOvertaken { return false }
    doneSteps.removeAll { $0 == step }
    state = .active
    nextDueAt = min(nextDueAt ?? now, now)
    return true
  }
}
