package import Domain

extension GateRule {
  /// Passes when the customer has the field that the channel delivers to; else the step waits for it as long as it may.
  /// Nobody asks meanwhile: when an address comes, the step is due at once. The trace names the field, never its
  /// content.
  static let noAddress = GateRule(.noAddress) { question in
    guard let policy = question.policy else {
      return .skip(.noAddress, ["channel": .string("not configured")])
    }
    let values: Record = ["field": .string(policy.address.rawValue)]
    guard question.customer.address(policy.address) == nil else { return .pass(values) }
    // At its expiry itself it could still go.
    return .hold(.defer(until: question.expiresAt + .milliseconds(1), .noAddress), values)
  }
}

extension WireRule {
  /// Puts a message off whose customer has no address on its channel any more, and skips one whose channel is none of
  /// its step's any more: another is decided in its place.
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
    return .hold(
      .defer(until: min(question.now + addressInterval, message.expiresAt), .noAddress),
      ["field": .string(policy.address.rawValue)])
  }

  /// How long a message waits before its customer is looked at again for an address.
  private static let addressInterval: Duration = .minutes(15)
}

extension Decider {
  /// Whether the step of a decided message can be decided again for another channel, and then reaches the customer. The
  /// gates are asked again when it is decided.
  ///
  /// - Parameter facts: of the message's enrollment as it stands now, with suppressions and the messages of its steps.
  package static func reachesOtherwise(
    step: StepID, triedOn channel: ChannelName, facts: Facts, program: Program, now: Instant
  ) -> Bool {
    var facts = facts
    guard
      facts.enrollment.reopen(step, triedOn: channel, in: program, after: facts.messages, now: now)
    else { return false }
    return reaches(step: step, facts: facts, program: program, now: now)
  }

  /// Where the customer is reached on a channel by now; `nil` without an address, or without the channel.
  package static func address(
    on channel: ChannelName, of customer: Customer, program: Program
  ) -> String? {
    program.channels[channel].flatMap { customer.address($0.address) }
  }

  /// A message must not go because its channel is gone from the file.
  package static func removed(_ channel: ChannelName) -> Decision {
    Decision(
      verdict: .skip(.noAddress, endsEnrollment: false),
      trace: [TraceEntry(gate: .noAddress, passed: false, channel: channel, values: removedChannel)])
  }

  fileprivate static let removedChannel: Record = ["channel": .string("removed")]
}
