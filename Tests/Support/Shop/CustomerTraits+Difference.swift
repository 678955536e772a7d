package import Domain

extension CustomerTraits {
  /// The fields of an identify call that makes the one customer the other; consent is told as flags.
  package init(from before: Customer, to after: Customer) {
    self.init()
    func changed<T: Equatable>(_ field: KeyPath<Customer, T>) -> T?? {
      before[keyPath: field] == after[keyPath: field] ? nil : .some(after[keyPath: field])
    }
    email = changed(\.email) ?? nil
    phone = changed(\.phone) ?? nil
    firstName = changed(\.firstName) ?? nil
    lastName = changed(\.lastName) ?? nil
    timeZone = changed(\.timeZone) ?? nil
    locale = changed(\.locale) ?? nil
    joinedAt = changed(\.joinedAt) ?? nil
    if before.birthday != after.birthday { birthday = .some(after.birthday.map { GivenBirthday($0) }) }
    if before.tags != after.tags { tags = after.tags }
    consent = after.consent.filter { before.consent[$0.key] != $0.value }
    for entry in after.attributes.entries where before.attributes[entry.name] != entry.value {
      attributes[entry.name] = entry.value
    }
    for entry in before.attributes.entries where after.attributes[entry.name] == nil {
      attributes[entry.name] = .null
    }
  }
}
