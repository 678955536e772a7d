package import Domain

/// Recognizes columns about consent by the names that shop systems and newsletter programs give them.
///
/// If such a column were overlooked, people who refused would get messages. So a column that looks like consent is
/// either understood, or stops the import until the operator says what it means.
package enum ConsentColumn: Equatable, Sendable {
  /// Consent for these channels; with `isRefusal`, a yes means that the customer wants nothing.
  case known([ChannelName], isRefusal: Bool)
  /// Consent for a channel that the shop does not have.
  case withoutChannel
  /// It looks like consent, but for which channel is unclear. `kind` and `isRefusal` are what it seems to mean.
  case unclear(kind: AddressKind?, isRefusal: Bool)

  /// `nil` if the header does not look like consent.
  ///
  /// - Parameter channels: the shop's channels, each with the kind of address it uses.
  init?(header: String, channels: [ChannelName: AddressKind]) {
    let key = ConsentNames.key(header)
    switch ConsentNames.known[ExactText(key)] {
    case let meaning?:
      guard let found = meaning.channels(among: channels) else {
        self = .unclear(kind: nil, isRefusal: false)
        return
      }
      self = found.isEmpty ? .withoutChannel : .known(found, isRefusal: meaning.isRefusal)
    case nil:
      guard !ConsentNames.others.contains(ExactText(key)), Self.holds(key, anyOf: ConsentNames.signs) else {
        return nil
      }
      let kind: AddressKind? =
        Self.holds(key, anyOf: ConsentNames.emailSigns)
        ? .email : Self.holds(key, anyOf: ConsentNames.phoneSigns) ? .phone : nil
      self = .unclear(kind: kind, isRefusal: Self.holds(key, anyOf: ConsentNames.refusalSigns))
    }
  }

  private static func holds(_ key: String, anyOf signs: [String]) -> Bool {
    let bytes = Array(key.utf8)
    return signs.contains { sign in
      let count = sign.utf8.count
      guard bytes.count >= count else { return false }
      return (0...(bytes.count - count)).contains { bytes[$0..<($0 + count)].elementsEqual(sign.utf8) }
    }
  }
}

/// A likely meaning of an unclear column, for the operator to confirm.
package struct ConsentProposal: Equatable, Sendable {
  package let header: String
  /// The left side of `--map`: `consent`, `refused.email`.
  package let meaning: String

  init(header: String, _ kind: AddressKind?, isRefusal: Bool, channels: [ChannelName: AddressKind]) {
    self.header = header
    let channel = channels.filter { $0.value == kind }.keys.min()
    meaning = (isRefusal ? "refused" : "consent") + (channel.map { ".\($0)" } ?? "")
  }

  /// The whole option, quoted for a shell.
  package var option: String { "--map \(Self.quoted("\(meaning)=\(header)"))" }

  package static func quoted(_ text: String) -> String {
    let parts = text.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
    return "'" + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "'\\''") + "'"
  }
}
