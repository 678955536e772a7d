/// Statements about messages on a channel, in whatever order they arrive.
///
/// There are two kinds of statements. A *word* is the customer's own: an unsubscribe link, STOP, a form, a
/// request to an operator. A *flag* is a field among others, as shops send it with every call or export it.
/// The latest word counts; at the same instant, a withdrawal overrides a grant. A flag counts if there is no
/// word, and a withdrawing flag also if it is later than the word that granted; of several flags the latest
/// counts. So a flag never undoes an unsubscribe, and never is one.
extension Customer {
  /// Records the customer's own word.
  package mutating func express(_ word: ConsentState, for channel: ChannelName, at: Instant) {
    keepLegacy(channel)
    let name = word == .granted ? Self.grantName(channel) : Self.withdrawalName(channel)
    fieldTimes[name] = max(fieldTimes[name] ?? at, at)
    settle(channel)
  }

  /// Records a flag among the customer's fields.
  mutating func mark(_ flag: ConsentState, for channel: ChannelName, at: Instant) {
    keepLegacy(channel)
    let name = flag == .granted ? Self.flagOnName(channel) : Self.flagOffName(channel)
    fieldTimes[name] = max(fieldTimes[name] ?? at, at)
    settle(channel)
  }

  /// Records a withdrawal made right now: a grant dated in the future must not override it, now or later.
  package mutating func withdraw(_ channel: ChannelName, now: Instant) {
    let grantedAt = fieldTimes[Self.grantName(channel)] ?? now
    express(.withdrawn, for: channel, at: grantedAt > now ? grantedAt + .milliseconds(1) : now)
  }

  /// When the customer's own word last withdrew consent; `nil` unless that word holds now.
  package func unsubscribedAt(_ channel: ChannelName) -> Instant? {
    guard consent[channel] == .withdrawn else { return nil }
    guard let withdrawnAt = fieldTimes[Self.withdrawalName(channel)] else {
      return isLegacy(channel) ? fieldTimes[Self.consentName(channel)] ?? .distantPast : nil
    }
    if let grantedAt = fieldTimes[Self.grantName(channel)], grantedAt > withdrawnAt { return nil }
    return withdrawnAt
  }

  /// When the customer's own word last granted consent; `nil` unless that word holds now.
  package func grantedAt(_ channel: ChannelName) -> Instant? {
    consent[channel] == .granted ? fieldTimes[Self.grantName(channel)] : nil
  }

  /// Adds what the same person said under another id. A withdrawal whose time is unknown holds against a grant
  /// whose time is.
  mutating func takeConsent(of other: Customer, for channel: ChannelName) {
    var other = other
    other.keepLegacy(channel)
    keepLegacy(channel)
    for name in [
      Self.grantName(channel), Self.withdrawalName(channel), Self.flagOnName(channel),
      Self.flagOffName(channel),
    ] {
      guard let said = other.fieldTimes[name] else { continue }
      fieldTimes[name] = max(fieldTimes[name] ?? said, said)
    }
    for name in [Self.withdrawalName(channel), Self.flagOffName(channel)] {
      if let said = fieldTimes[name] { fieldTimes[name] = max(said, Self.undatedGrant) }
    }
    settle(channel)
  }

  /// The time of a grant whose time is unknown: before everything else.
  package static let undatedGrant = Instant(milliseconds: 0)

  /// One statement about consent on a channel.
  package struct ConsentStatement: Equatable, Sendable {
    package var channel: ChannelName
    package var state: ConsentState
    /// Whether it is a field set by the shop, rather than the customer's own word.
    package var isFlag: Bool
    /// `nil` for a grant whose time is unknown.
    package var at: Instant?
  }

  /// The latest statement of each kind on each channel; `consent` follows from these.
  package var consentStatements: [ConsentStatement] {
    consent.keys.sorted().flatMap { channel in
      var customer = self
      customer.keepLegacy(channel)
      func statement(_ name: String, _ state: ConsentState, isFlag: Bool) -> ConsentStatement? {
        guard let at = customer.fieldTimes[name] else { return nil }
        let isDated = !(isFlag && state == .granted && at <= Self.undatedGrant)
        return ConsentStatement(
          channel: channel, state: state, isFlag: isFlag, at: isDated ? max(at, Self.undatedGrant) : nil)
      }
      return [
        statement(Self.withdrawalName(channel), .withdrawn, isFlag: false),
        statement(Self.grantName(channel), .granted, isFlag: false),
        statement(Self.flagOffName(channel), .withdrawn, isFlag: true),
        statement(Self.flagOnName(channel), .granted, isFlag: true),
      ].compactMap(\.self)
    }
  }

  /// Computes `consent` from the latest statement of each kind.
  private mutating func settle(_ channel: ChannelName) {
    let granted = fieldTimes[Self.grantName(channel)]
    let withdrawn = fieldTimes[Self.withdrawalName(channel)]
    let on = fieldTimes[Self.flagOnName(channel)]
    let off = fieldTimes[Self.flagOffName(channel)]
    let isUnsubscribed = withdrawn.map { $0 >= granted ?? $0 } ?? false
    let isFlaggedOff = off.map { $0 >= on ?? $0 && $0 > granted ?? .distantPast } ?? false
    if isUnsubscribed || isFlaggedOff {
      consent[channel] = .withdrawn
    } else {
      consent[channel] = .granted
    }
  }

  /// Earlier versions stored one time per channel, without saying whether it was a word or a flag. A
  /// withdrawal is treated as a word, since writing to a customer who unsubscribed is worse. A grant is
  /// treated as a flag unless its word is stored too.
  private mutating func keepLegacy(_ channel: ChannelName) {
    guard let state = consent[channel], isLegacy(channel) else { return }
    let name = state == .withdrawn ? Self.withdrawalName(channel) : Self.flagOnName(channel)
    fieldTimes[name] = fieldTimes.removeValue(forKey: Self.consentName(channel)) ?? .distantPast
  }

  private func isLegacy(_ channel: ChannelName) -> Bool {
    fieldTimes[Self.withdrawalName(channel)] == nil && fieldTimes[Self.flagOnName(channel)] == nil
      && fieldTimes[Self.flagOffName(channel)] == nil
      && (fieldTimes[Self.consentName(channel)] != nil || fieldTimes[Self.grantName(channel)] == nil)
  }

  /// In `fieldTimes`, as earlier versions wrote it: since when `consent` has its value.
  private static func consentName(_ channel: ChannelName) -> String { "consent.\(channel)" }

  // In `fieldTimes`: the latest statement of each kind.
  private static func grantName(_ channel: ChannelName) -> String { "consent_granted.\(channel)" }
  private static func withdrawalName(_ channel: ChannelName) -> String { "consent_withdrawn.\(channel)" }
  private static func flagOnName(_ channel: ChannelName) -> String { "consent_flag_on.\(channel)" }
  private static func flagOffName(_ channel: ChannelName) -> String { "consent_flag_off.\(channel)" }
}
