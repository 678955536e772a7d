extension Customer {
  /// Takes over what is known of another customer who turned out to be the same person, as if all of it had
  /// been said of this one: of each field the latest, of consent see `express`. What exceeds this customer's
  /// limits is dropped, but no withdrawal on a channel of the shop.
  ///
  /// - Parameters:
  ///   - at: when the shop said that they are one.
  ///   - isOwn: whether the shop has the channel.
  /// - Returns: how many attributes and channels were dropped.
  package mutating func join(_ other: Customer, at: Instant, isOwn: (ChannelName) -> Bool) -> Int {
    take("email", \.email, of: other)
    take("phone", \.phone, of: other)
    take("first_name", \.firstName, of: other)
    take("last_name", \.lastName, of: other)
    take("time_zone", \.timeZone, of: other)
    take("birthday", \.birthday, of: other)
    take("locale", \.locale, of: other)
    take("joined_at", \.joinedAt, of: other)
    if isLater("tags", in: other, hasValue: !other.tags.isEmpty, isEmpty: tags.isEmpty) {
      tags = other.tags
      fieldTimes["tags"] = other.fieldTimes["tags"]
    }
    var traits = CustomerTraits()
    traits.attributes = Record(distinct: laterAttributes(of: other))
    traits.consent = other.consent
    let dropped = limit(&traits, isOwn: isOwn)
    for entry in traits.attributes.entries {
      attributes[entry.name] = entry.value == .null ? nil : entry.value
      let field = Self.attributePrefix + entry.name
      fieldTimes[field] = other.fieldTimes[field]
    }
    for channel in traits.consent.keys.sorted() { takeConsent(of: other, for: channel) }
    return dropped
  }

  /// Notes that this customer is also known by the ids of others.
  ///
  /// - Parameter first: the id that decides lots from now on; see `lotID`.
  package mutating func name(_ others: [CustomerNames.Name], first: String) {
    var all = names ?? CustomerNames(first: first)
    all.first = first
    for name in others where !name.id.hasSameBytes(as: id) { all.insert(name) }
    names = all
  }

  private mutating func take<T>(
    _ name: ExactText, _ field: WritableKeyPath<Customer, T?>, of other: Customer
  ) {
    let theirs = other[keyPath: field]
    guard isLater(name, in: other, hasValue: theirs != nil, isEmpty: self[keyPath: field] == nil) else {
      return
    }
    self[keyPath: field] = theirs
    fieldTimes[name] = other.fieldTimes[name]
  }

  /// The attributes that the other customer has last set or, with `.null`, removed.
  private func laterAttributes(of other: Customer) -> [Record.Entry] {
    var found: [Record.Entry] = []
    for (field, _) in other.fieldTimes.sorted(by: { $0.key < $1.key }) {
      guard field.text.hasPrefix(Self.attributePrefix) else { continue }
      let name = String(field.text.dropFirst(Self.attributePrefix.count))
      let theirs = other.attributes[name]
      if isLater(field, in: other, hasValue: theirs != nil, isEmpty: attributes[name] == nil) {
        found.append(Record.Entry(name, theirs ?? .null))
      }
    }
    return found
  }

  /// Whether the other customer's field was written later; one without a time counts as the oldest.
  private func isLater(
    _ name: ExactText, in other: Customer, hasValue: Bool, isEmpty: Bool
  ) -> Bool {
    switch (fieldTimes[name], other.fieldTimes[name]) {
    case (let mine?, let theirs?): theirs > mine
    case (nil, _?): true
    case (_?, nil): false
    case (nil, nil): hasValue && isEmpty
    }
  }
}
