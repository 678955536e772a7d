package import Domain

extension GateRule {
  /// Passes if the customer has an address for the channel; otherwise the step waits for one until it expires. It is
  /// not polled: when an address arrives, the step is due at once. The trace names the field, never its content, and
  /// for a marketing message says whether consent was withdrawn too.
  static let noAddress = GateRule(.noAddress) { question in
    guard let policy = question.policy else {
      return .skip(.noAddress, ["channel": .string("not configured")])
    }
    var values: Record = ["field": .string(policy.address.rawValue)]
    guard question.customer.address(policy.address) == nil else { return .pass(values) }
    values.note(
      question.trigger.purpose, consent: question.customer.consent[question.channel])
    // At the moment of its expiry it could still go.
    return .hold(.defer(until: question.expiresAt + .milliseconds(1), .noAddress), values)
  }
}

extension WireRule {
  /// Defers a message whose customer no longer has an address on its channel, and skips one on a channel that its step
  /// no longer uses: the step is decided again instead.
  static let noAddress = WireRule(.noAddress) { question in
    guard let facts = question.facts else { return .pass() }
    let message = question.message
    if let step = question.trigger?.steps.first(where: { $0.id == message.step }),
      !step.channels.contains(message.channel)
    {
      return .skip(.noAddress, Decider.removedChannel)
    }
    guard let policy = question.policy, facts.state.customer.address(policy.address) == nil else {
      return .pass()
    }
    var values: Record = ["field": .string(policy.address.rawValue)]
    values.note(message.content.purpose, consent: question.due.consent)
    return .hold(
      .defer(until: min(question.now + addressInterval, message.expiresAt), .noAddress), values)
  }

  /// How often the customer of a waiting message is checked for an address.
  private static let addressInterval: Duration = .minutes(15)
}

extension Decider {
  /// Whether the step of a decided message can be decided again for another channel that reaches the
  /// customer. All gates are then evaluated again.
  ///
  /// - Parameter facts: the current facts of the enrollment, with suppressions and the messages of its steps.
  package static func reachesOtherwise(
    step: StepID, triedOn channel: ChannelName, facts: Facts, program: Program, now: Instant
  ) -> Bool {
    var facts = facts
    guard
      facts.enrollment.reopen(step, triedOn: channel, in: program, after: facts.messages, now: now)
    else { return false }
    return reaches(step: step, facts: facts, program: program, now: now)
  }

  /// The customer's current address on a channel; `nil` without an address or without the channel.
  package static func address(
    on channel: ChannelName, of customer: Customer, program: Program
  ) -> String? {
    program.channels[channel].flatMap { customer.address($0.address) }
  }

  /// For a message on a channel that was removed from the configuration.
  package static func removed(_ channel: ChannelName) -> Decision {
    Decision(
      verdict: .skip(.noAddress, endsEnrollment: false),
      trace: [TraceEntry(gate: .noAddress, passed: false, channel: channel, values: removedChannel)])
  }

  fileprivate static let removedChannel: Record = ["channel": .string("removed")]
}

extension Record {
  fileprivate mutating func note(_ purpose: Purpose, consent: ConsentState?) {
    if purpose == .marketing, consent == .withdrawn {
      self["consent"] = .string(ConsentState.withdrawn.rawValue)
    }
  }
}
