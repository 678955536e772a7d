/// A change of a customer's fields: only the given fields are written.
///
/// An outer `nil` leaves the field unchanged, an inner `nil` clears it.
package struct CustomerTraits: Equatable, Sendable {
  package var email: String??
  package var phone: String??
  package var firstName: String??
  package var lastName: String??
  package var birthday: GivenBirthday??
  package var timeZone: String??
  package var locale: String??
  package var joinedAt: Instant??
  package var consent: [ChannelName: ConsentState] = [:]
  package var tags: [String]?
  /// Names to new values; `.null` removes the attribute.
  package var attributes = Record()

  package init() {}
}

extension Customer {
  /// Writes each given field unless a later event has written it, so that the order of arrival does not
  /// matter. Consent has its own rules; see `express`.
  ///
  /// - Parameter zone: a customer's zone, or the shop's, for a birthday given as a moment.
  package mutating func apply(
    _ traits: CustomerTraits, at: Instant, zone: (Customer) -> TimeZoneRules
  ) {
    func write<T>(_ name: String, _ new: T??, _ field: WritableKeyPath<Customer, T?>) {
      guard let new, isLatest(name, at) else { return }
      self[keyPath: field] = new
    }
    write("email", traits.email, \.email)
    write("phone", traits.phone, \.phone)
    write("first_name", traits.firstName, \.firstName)
    write("last_name", traits.lastName, \.lastName)
    write("time_zone", traits.timeZone, \.timeZone)
    switch traits.birthday {
    case nil: break
    case .some(nil): write("birthday", .some(nil), \.birthday)
    case .some(let given?):
      // An impossible date is not the customer's birthday, whatever it is.
      if let new = given.birthday(knowing: birthday, in: zone(self)) {
        write("birthday", .some(new), \.birthday)
      }
    }
    write("locale", traits.locale, \.locale)
    write("joined_at", traits.joinedAt, \.joinedAt)
    for (channel, flag) in traits.consent { mark(flag, for: channel, at: at) }
    if let new = traits.tags, isLatest("tags", at) { tags = Set(texts: new).sortedTexts }
    for entry in traits.attributes.entries where isLatest("attributes.\(entry.name)", at) {
      attributes[entry.name] = entry.value == .null ? nil : entry.value
    }
  }

  /// Whether `at` is not before the field's last write; if so, records it as the last write.
  private mutating func isLatest(_ name: String, _ at: Instant) -> Bool {
    if let before = fieldTimes[name], before > at { return false }
    fieldTimes[name] = at
    return true
  }
}
