extension Customer {
  /// Names of attributes that are kept of one customer over the whole life, removed ones included until there is no
  /// room for a new one.
  package static let maximumAttributes = 500
  /// Channels that the shop does not have for which one customer's consent is kept all the same.
  package static let maximumConsents = 50

  private static let attributePrefix = "attributes."

  /// Takes out of `traits` what would be one name too many of this customer, so that no sender, however broken, makes
  /// one customer grow without end. Names the customer has already are never too many, nor are the shop's own channels.
  ///
  /// - Parameter isOwn: whether the shop has the channel.
  /// - Returns: how many names were taken out.
  package mutating func limit(_ traits: inout CustomerTraits, isOwn: (ChannelName) -> Bool) -> Int {
    // No field was written that is not in `fieldTimes`: nearly always this is all that has to be looked at.
    if fieldTimes.count + traits.attributes.count + traits.consent.count <= Self.maximumConsents { return 0 }
    var taken = 0
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
      // In one go: taking them out one by one would look through the rest each time.
      traits.attributes = Record(
        distinct: traits.attributes.entries.filter { !tooMany.contains($0.name) })
      taken = tooMany.count
    }
    let newChannels = traits.consent.filter { consent[$0.key] == nil && !isOwn($0.key) }
    if !newChannels.isEmpty {
      // Withdrawals first: they are the last to be left out.
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

  /// Whether a word about this channel would be one channel too many.
  package func isBeyondConsents(_ channel: ChannelName, isOwn: (ChannelName) -> Bool) -> Bool {
    consent.count >= Self.maximumConsents && consent[channel] == nil && !isOwn(channel)
  }

  /// Makes room by forgetting when attributes were removed, the longest ago first. An event that is older still and
  /// comes only now could bring such an attribute back; that is the lesser evil.
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
