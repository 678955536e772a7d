package import Domain

extension WireGates {
  /// What of a message's customer is read only when it is asked for.
  package struct Reach: Sendable {
    /// What became of the messages of the enrollment's steps.
    package var messages: [StepMessage]
    /// Channels on which the customer's address is suppressed, and why.
    package var suppressed: [ChannelName: SuppressionReason]

    package init(messages: [StepMessage], suppressed: [ChannelName: SuppressionReason]) {
      self.messages = messages
      self.suppressed = suppressed
    }
  }

  /// The last look at a message that was claimed, by its customer as they are now. However short the way was, an order or
  /// another event may have come since it was decided, and the address may be another.
  ///
  /// - Parameters:
  ///   - message: whose claim was asked about suppression, in the same moment.
  ///   - facts: of its enrollment. The messages of its steps are needed where `Trigger.keepsDistance`, suppressions never.
  ///   - reach: asked only when the customer has no address on the channel any more.
  package mutating func lookAgain<E: Error>(
    at message: ClaimedMessage, facts: Facts, reach: () throws(E) -> Reach
  ) throws(E) -> Clearance {
    guard let program else { return .goes(to: message.content.to) }
    // What keeps its distance is looked at when its time has come.
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
    // The program asks for another message by now.
    case .suppressed: return .ends(Clearance.Ending(.replaced, decision, .asItIsNow))
    default: return .ends(Clearance.Ending(.reasonGone, decision, .no))
    }
  }

  /// Whether a message that the last look lets go may go to an address that is not the one it was decided for.
  ///
  /// - Parameter suppression: why that address is suppressed on the channel of the message.
  package mutating func redirect(
    _ message: ClaimedMessage, to address: String, suppression: SuppressionReason?
  ) -> Clearance {
    guard suppression != nil else { return .goes(to: address) }
    // Consent was asked with the claim.
    let due = DueMessage(message: message, suppression: suppression, consent: .granted, timeZone: nil)
    guard case .holds(let decision) = ask(due), MessageFact(heldBy: decision.verdict) == .suppressed else {
      return .goes(to: address)
    }
    return Clearance(heldBy: decision)
  }
}
