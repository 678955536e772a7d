package import Domain

extension GateRule {
  /// Withholds messages from a fixed share of customers, to measure the trigger's effect.
  ///
  /// The group depends only on the shop's salt, the trigger and the customer's id: stable across restarts,
  /// and different for each trigger.
  static let holdout = GateRule(.holdout) { question in
    let share = question.trigger.holdout
    guard share > 0 else { return .pass() }
    let bucket = HoldoutBucket.of(
      customer: question.customer.lotID, trigger: question.trigger.id, salt: question.program.holdoutSalt)
    let values: Record = ["bucket": .number(bucket), "share": .number(share)]
    return bucket < share ? .hold(.withhold(.holdout), values) : .pass(values)
  }
}

package enum HoldoutBucket {
  /// A number in 0..<1, evenly distributed over customers; in steps of 1/100,000, for readability.
  package static func of(customer: String, trigger: TriggerID, salt: String) -> Double {
    var hash = SHA256()
    hash.update(lengthPrefixed: salt)
    hash.update(lengthPrefixed: trigger.rawValue)
    hash.update(lengthPrefixed: customer)
    return Double(hash.finalize().leadingBits % 100_000) / 100_000
  }
}
