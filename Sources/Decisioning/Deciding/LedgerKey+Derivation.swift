package import Domain

extension LedgerKey {
  /// SHA-256 over the four parts, each prefixed with its length, so that no two different messages share a
  /// key.
  package init(trigger: TriggerID, occurrence: String, customer: String, step: StepID) {
    var hash = SHA256()
    hash.update(lengthPrefixed: trigger.rawValue)
    hash.update(lengthPrefixed: occurrence)
    hash.update(lengthPrefixed: customer)
    hash.update(lengthPrefixed: step.rawValue)
    self.init(bytes: hash.finalize().bytes)
  }
}

extension SHA256 {
  /// Adds the length in UTF-8 as four bytes, big-endian, then the text.
  mutating func update(lengthPrefixed text: String) {
    let count = UInt32(clamping: text.utf8.count)
    let prefix: [UInt8] = [
      UInt8(truncatingIfNeeded: count >> 24), UInt8(truncatingIfNeeded: count >> 16),
      UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count),
    ]
    update(prefix.span)
    update(text)
  }
}

extension LedgerKey {
  /// The key of a customer's message, and the keys that it would have under the customer's other ids: what was sent
  /// under one of them counts as sent.
  static func all(
    trigger: TriggerID, occurrence: String, customer: Customer, step: StepID
  ) -> (own: LedgerKey, others: [LedgerKey]) {
    func key(_ id: String) -> LedgerKey {
      LedgerKey(trigger: trigger, occurrence: occurrence, customer: id, step: step)
    }
    return (key(customer.id), customer.names?.others.map { key($0.id) } ?? [])
  }
}
