extension Customer {
  /// Maximum attribute names of one customer over the whole life, including removed ones until a new one
  /// needs the space.
  package static let maximumAttributes = 500
  /// Maximum size of one customer's attributes (`Record.cost`), including the names of removed ones.
  package static let maximumAttributeBytes = 64 * 1024
  /// Maximum channels unknown to the shop for which one customer's consent is kept.
  package static let maximumConsents = 50

  static let attributePrefix = "attributes."

  /// Removes from `traits` what would exceed this customer's limits, so that no broken sender makes a
  /// customer grow without bound. Names that the customer already has are always accepted, as are the shop's
  /// own channels, and anything smaller than before.
  ///
  /// - Parameter isOwn: whether the shop has the channel.
  /// - Returns: how many names were removed.
  package mutating func limit(_ traits: inout CustomerTraits, isOwn: (ChannelName) -> Bool) -> Int {
    var taken = limitBytes(&traits)
    // Every field ever written is in `fieldTimes`, so this check nearly always suffices.
    if fieldTimes.count + traits.attributes.count + traits.consent.count <= Self.maximumConsents {
      return taken
    }
    let newNames = traits.attributes.entries.filter { fieldTimes[Self.attributePrefix + $0.name] == nil }
    var tooMany: Set<ExactText> = []
    if !newNames.isEmpty {
      var room = Self.maximumAttributes - fieldTimes.keys.count { $0.text.hasPrefix(Self.attributePrefix) }
      if room < newNames.count { room += forgetRemoved(newNames.count - room) }
      for entry in newNames {
        room -= 1
        if room < 0 { tooMany.insert(entry.name) }
      }
    }
    if !tooMany.isEmpty {
      // In one pass: removing them one by one would search the rest each time.
      traits.attributes = Record(
        distinct: traits.attributes.entries.filter { !tooMany.contains($0.name) })
      taken += tooMany.count
    }
    let newChannels = traits.consent.filter { consent[$0.key] == nil && !isOwn($0.key) }
    if !newChannels.isEmpty {
      // Withdrawals first: they are the last to be dropped.
      let inOrder = newChannels.sorted {
        ($0.value != .withdrawn ? 1 : 0, $0.key) < ($1.value != .withdrawn ? 1 : 0, $1.key)
      }
      for (channel, _) in inOrder.dropFirst(max(0, Self.maximumConsents - consent.count)) {
        traits.consent[channel] = nil
        taken += 1
      }
    }
    return taken
  }

  /// Removes the attributes that do not fit.
  private mutating func limitBytes(_ traits: inout CustomerTraits) -> Int {
    if traits.attributes.isEmpty { return 0 }
    let more = traits.attributes.cost
    // Each name counts once, even if only for the time it was removed.
    if attributes.cost + more <= Self.maximumAttributeBytes / 2, fieldTimes.count <= Self.maximumConsents,
      fieldTimes.keys.allSatisfy({ $0.text.utf8.count <= TextLimits.name })
    {
      return 0
    }
    if attributeBytes + more > Self.maximumAttributeBytes {
      // Rare enough to forget all at once.
      _ = forgetRemoved(.max)
    }
    var room = Self.maximumAttributeBytes - attributeBytes
    var kept: [Record.Entry] = []
    for entry in traits.attributes.entries {
      let before = attributes[entry.name].map { $0.cost + entry.name.utf8.count } ?? 0
      let after = entry.value.cost + entry.name.utf8.count
      guard after <= max(before, before + room) else { continue }
      room += before - after
      kept.append(entry)
    }
    let taken = traits.attributes.count - kept.count
    if taken > 0 { traits.attributes = Record(distinct: kept) }
    return taken
  }

  /// The size of the attributes, including the names of removed ones.
  private var attributeBytes: Int {
    fieldTimes.keys.reduce(attributes.cost) { sum, field in
      guard field.text.hasPrefix(Self.attributePrefix) else { return sum }
      let name = String(field.text.dropFirst(Self.attributePrefix.count))
      return attributes[name] == nil ? sum + name.utf8.count + Self.removedCost : sum
    }
  }

  /// The size of a removed attribute, besides its name.
  private static let removedCost = 16

  /// Whether a statement about this channel would exceed the maximum.
  package func isBeyondConsents(_ channel: ChannelName, isOwn: (ChannelName) -> Bool) -> Bool {
    consent.count >= Self.maximumConsents && consent[channel] == nil && !isOwn(channel)
  }

  /// Makes space by forgetting when attributes were removed, oldest first. An even older event that arrives
  /// later could restore such an attribute; that is the lesser evil.
  ///
  /// - Returns: how many were forgotten, at most `count`.
  private mutating func forgetRemoved(_ count: Int) -> Int {
    let removed = fieldTimes.filter { field, _ in
      field.text.hasPrefix(Self.attributePrefix)
        && attributes[String(field.text.dropFirst(Self.attributePrefix.count))] == nil
    }
    let oldest = removed.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(count)
    for (field, _) in oldest { fieldTimes[field] = nil }
    return oldest.count
  }
}
