package import Domain

extension Enrollment {
  /// Reopens a step whose message reached nobody: it is decided again, and the gates find the step's next
  /// channel, or a new address.
  ///
  /// - Parameters:
  ///   - channel: the channel on which the message's address is permanently bad; `nil` if the configuration no longer
  ///     asks for the message.
  ///   - messages: the state of the messages of its steps.
  /// - Returns: whether there is something to decide. There is not if the step is gone or has only this channel, if the
  ///   enrollment has ended, or if a message of a later step was handed over, since this one would come after it.
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
