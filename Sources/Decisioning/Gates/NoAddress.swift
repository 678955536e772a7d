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

/// Where a message that was decided earlier goes by now.
package enum AddressNow: Equatable, Sendable {
  case reaches(String)
  /// The customer has none on the channel; the message waits until it is asked again.
  case waits(Decision)
  /// The channel is gone from the program, so nothing says which field it delivers to.
  case notAsked
}

extension Decider {
  /// Asks `no_address` again about a message that has not gone out.
  ///
  /// - Parameter until: when a message without an address is asked about the next time.
  package static func address(
    on channel: ChannelName, of customer: Customer, program: Program, until: Instant
  ) -> AddressNow {
    guard let policy = program.channels[channel] else { return .notAsked }
    if let address = customer.address(policy.address) { return .reaches(address) }
    let entry = TraceEntry(
      gate: .noAddress, passed: false, channel: channel, values: ["field": .string(policy.address.rawValue)])
    return .waits(Decision(verdict: .defer(until: until, .noAddress), trace: [entry]))
  }
}
