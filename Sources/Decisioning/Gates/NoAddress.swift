import Domain

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
