internal import Domain
internal import Platform

/// Reads the consent in an identify call.
extension TraitReader {
  mutating func readConsent(_ value: JSON) {
    guard case .object(let object) = value else {
      if value.isNull { return }
      guard Self.consent(value) == .withdrawn, !decoder.channels.isEmpty else {
        return leaveOut("consent", "a JSON \(value.typeName); send an object of channels")
      }
      return withdrawEverywhere()
    }
    var granted: [ChannelName] = []
    for (number, member) in object.members.enumerated() where !member.value.isNull {
      // Problems are reported only up to this many; every withdrawal counts.
      let isTold = number < decoder.limits.attributes
      var channels = ChannelName.named(member.key, among: decoder.channels)
      let consent = Self.consent(member.value)
      if channels.isEmpty, let name = ChannelName(spelled: member.key) {
        channels = [name]
        if isTold, consent != nil, name.isUnheard(among: decoder.channels) {
          leaveOut("consent.\(name)", name.tellUnheard(decoder.channels.keys))
        }
      }
      if channels.isEmpty {
        if consent == .withdrawn, !decoder.channels.isEmpty {
          withdrawEverywhere()
        } else if isTold {
          leaveOut("consent", "a name in it is no channel; give one such as email")
        }
        continue
      }
      switch consent {
      case .withdrawn? where traits.consent.count < decoder.limits.attributes:
        for channel in channels { traits.consent[channel] = .withdrawn }
      case .granted? where granted.count < decoder.limits.attributes: granted += channels
      case nil where isTold && !Self.saysNothing(member.value):
        leaveOut(
          "consent.\(channels[0])",
          "not a consent; give true or false, or a word such as yes, no, granted or withdrawn")
      default: break
      }
    }
    for channel in granted where traits.consent[channel] == nil { traits.consent[channel] = .granted }
    guard object.count > decoder.limits.attributes else { return }
    leaveOut("consent", "\(object.count) channels, at most \(decoder.limits.attributes) are taken")
  }

  private mutating func withdrawEverywhere() {
    let isNew = decoder.channels.keys.contains { traits.consent[$0] != .withdrawn }
    for channel in decoder.channels.keys { traits.consent[channel] = .withdrawn }
    if isNew { problems.append(decoder.withdrawnEverywhere("\(place).consent")) }
  }

  private static func consent(_ value: JSON) -> ConsentState? {
    switch value {
    case .bool(let flag): flag ? .granted : .withdrawn
    case .string(let word): ConsentAnswer(word)?.consent
    case .integer(let number) where number == 0 || number == 1: number == 1 ? .granted : .withdrawn
    default: nil
    }
  }

  private static func saysNothing(_ value: JSON) -> Bool {
    value.stringValue.flatMap { ConsentAnswer($0) } == .nothing
  }

  /// Reads consent from a trait under a name that shop systems use, such as `acceptsMarketing: false` or
  /// `unsubscribed: true`. As in an imported file, a name without a channel withdraws consent for all
  /// channels, and grants it only if there is just one. The trait also stays an attribute.
  mutating func readConsent(under name: String, _ value: JSON) {
    guard !decoder.channels.isEmpty, let meaning = ConsentNames.known[ExactText(ConsentNames.key(name))],
      let answer = Self.answer(value)
    else { return }
    // If in doubt, a withdrawal covers all channels.
    let channels =
      meaning.channels(among: decoder.channels)
      ?? (answer.consent == .withdrawn ? Array(decoder.channels.keys) : [])
    let state: ConsentState? = meaning.isRefusal ? (answer.isRefusal ? .withdrawn : nil) : answer.consent
    guard let state else { return }
    for channel in channels where heardConsent[channel] != .withdrawn { heardConsent[channel] = state }
  }

  /// Shopify's objects hold it in `state`.
  private static func answer(_ value: JSON) -> ConsentAnswer? {
    switch value {
    case .bool(let flag): flag ? .yes : .no
    case .integer(let number) where number == 0 || number == 1: number == 1 ? .yes : .no
    case .string(let word) where word.utf8.count <= 64: ConsentAnswer(word)
    case .object(let object): object["state"].flatMap { $0.objectValue == nil ? answer($0) : nil }
    default: nil
    }
  }
}
