/// What a customer says about messages on a channel, in whatever order it becomes known.
///
/// A withdrawal holds until a later word of the customer's own grants consent again; at one instant it stands above the
/// grant. A flag among other fields never undoes it: shops send their stored flags with every call.
extension Customer {
  /// The customer's own word: an unsubscribe, a form of the shop's.
  package mutating func express(_ word: ConsentState, for channel: ChannelName, at: Instant) {
    switch word {
    case .withdrawn: withdraw(channel, at: at)
    case .granted:
      let name = Self.grantName(channel)
      fieldTimes[name] = max(fieldTimes[name] ?? at, at)
      if let withdrawnAt = withdrawnAt(channel), withdrawnAt >= at { return }
      consent[channel] = .granted
      fieldTimes[Self.consentName(channel)] = at
    }
  }

  /// A flag among the customer's fields.
  mutating func mark(_ flag: ConsentState, for channel: ChannelName, at: Instant) {
    switch flag {
    case .withdrawn: withdraw(channel, at: at)
    case .granted:
      guard consent[channel] != .withdrawn else { return }
      consent[channel] = .granted
      let name = Self.consentName(channel)
      fieldTimes[name] = max(fieldTimes[name] ?? at, at)
    }
  }

  /// A withdrawal that is said at this very moment: a grant that claims to lie in the future must not outlive it, nor
  /// come again.
  package mutating func withdraw(_ channel: ChannelName, now: Instant) {
    let grantedAt = fieldTimes[Self.grantName(channel)] ?? now
    withdraw(channel, at: grantedAt > now ? grantedAt + .milliseconds(1) : now)
  }

  private mutating func withdraw(_ channel: ChannelName, at: Instant) {
    if let grantedAt = fieldTimes[Self.grantName(channel)], grantedAt > at { return }
    fieldTimes[Self.consentName(channel)] = max(withdrawnAt(channel) ?? at, at)
    consent[channel] = .withdrawn
  }

  /// When consent was withdrawn for the last time; `nil` while it is not.
  package func withdrawnAt(_ channel: ChannelName) -> Instant? {
    consent[channel] == .withdrawn ? fieldTimes[Self.consentName(channel)] ?? .distantPast : nil
  }

  /// In `fieldTimes`: what `consent` says, since when.
  private static func consentName(_ channel: ChannelName) -> String { "consent.\(channel)" }

  /// In `fieldTimes`: the last grant in the customer's own words.
  private static func grantName(_ channel: ChannelName) -> String { "consent_granted.\(channel)" }
}
