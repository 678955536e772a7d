import Domain

extension GateRule {
  /// Passes when the customer has the field that the channel delivers to. The trace names the field, never
  /// its content.
  static let noAddress = GateRule(.noAddress) { question in
    guard let policy = question.policy else {
      return .skip(.noAddress, ["channel": .string("not configured")])
    }
    let values: Record = ["field": .string(policy.address.rawValue)]
    return question.customer.address(policy.address) == nil ? .skip(.noAddress, values) : .pass(values)
  }
}
