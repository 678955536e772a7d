package import Domain

extension WireGates {
  /// Facts about a message's customer that are read only on demand.
  package struct Reach: Sendable {
    /// The state of the messages of the enrollment's steps.
    package var messages: [StepMessage]
    /// Channels on which the customer's address is suppressed, and why.
    package var suppressed: [ChannelName: SuppressionReason]

    package init(messages: [StepMessage], suppressed: [ChannelName: SuppressionReason]) {
      self.messages = messages
      self.suppressed = suppressed
    }
  }

  /// The last check of a claimed message against its customer's current state. However short the delay, an
  /// order or another event may have arrived since the decision, and the address may have changed.
  ///
  /// - Parameters:
  ///   - message: must have been checked for suppression at its claim, at the same moment.
  ///   - facts: those of the enrollment. Messages of its steps are needed if `Trigger.keepsDistance`, suppressions
  ///     never.
  ///   - reach: called only if the customer no longer has an address on the channel.
  package mutating func lookAgain<E: Error>(
    at message: ClaimedMessage, facts: Facts, reach: () throws(E) -> Reach
  ) throws(E) -> Clearance {
    guard let program else { return .goes(to: message.content.to) }
    // A message that keeps its distance is checked once its time has come.
    if let timing = Decider.distance(step: message.step, facts: facts, program: program, now: now) {
      return .keepsDistance(timing)
    }
    let customer = facts.state.customer
    let due = DueMessage(
      message: message, consent: customer.consent[message.channel], timeZone: customer.timeZone)
    guard case .holds(let decision) = ask(due, facts: facts) else {
      let address = Decider.address(on: message.channel, of: customer, program: program)
      return .goes(to: address ?? message.content.to)
    }
    switch MessageFact(heldBy: decision.verdict) {
    case .putOff:
      guard decision.verdict.gate == .noAddress else { return .waits(decision) }
      var facts = facts
      let reach = try reach()
      (facts.messages, facts.suppressed) = (reach.messages, reach.suppressed)
      let isReachedOtherwise = Decider.reachesOtherwise(
        step: message.step, triedOn: message.channel, facts: facts, program: program, now: now)
      return isReachedOtherwise
        ? .ends(Clearance.Ending(.replaced, decision, .onOtherChannel)) : .waits(decision)
    // The program now asks for another message.
    case .suppressed: return .ends(Clearance.Ending(.replaced, decision, .asItIsNow))
    default: return .ends(Clearance.Ending(.reasonGone, decision, .no))
    }
  }

  /// Whether a message that passed the last check may go to another address than the one it was decided for.
  ///
  /// - Parameter suppression: why that address is suppressed on the message's channel.
  package mutating func redirect(
    _ message: ClaimedMessage, to address: String, suppression: SuppressionReason?
  ) -> Clearance {
    guard suppression != nil else { return .goes(to: address) }
    // Consent was checked at the claim.
    let due = DueMessage(message: message, suppression: suppression, consent: .granted, timeZone: nil)
    guard case .holds(let decision) = ask(due), MessageFact(heldBy: decision.verdict) == .suppressed else {
      return .goes(to: address)
    }
    return Clearance(heldBy: decision)
  }
}
