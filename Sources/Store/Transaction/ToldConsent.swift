package import Domain

/// What a list says of somebody's consent, moved from another system or another store.
package struct ToldConsent: Equatable, Sendable {
  /// Where somebody is reached, in the form in which intake stores it.
  package struct Address: Hashable, Sendable {
    package var kind: AddressKind
    package var text: String

    package init(_ kind: AddressKind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// The shop's id; `nil` where the addresses say who it is.
  package var customer: String?
  package var addresses: [Address]
  package var channels: [ChannelName]
  package var state: ConsentState
  /// Whether it is a field that a shop has filled in, and not the customer's own word.
  package var isFlag: Bool
  /// `nil` when nobody said since when.
  package var at: Instant?
  /// Who says so: a system, a form, or the name of a file.
  package var source: String

  package init(
    customer: String?, addresses: [Address] = [], channels: [ChannelName], state: ConsentState,
    isFlag: Bool = false, at: Instant?, source: String
  ) {
    self.customer = customer
    self.addresses = addresses
    self.channels = channels
    self.state = state
    self.isFlag = isFlag
    self.at = at
    self.source = source
  }
}

/// A customer's consent as evidence: who agreed or refused, when, and who says so.
package struct ConsentEvidence: Sendable {
  package var customer: CustomerKey
  package var channel: ChannelName
  package var state: ConsentState
  package var at: Instant
  /// Whether the time was said, and is not that at which it was told.
  package var isDated: Bool
  package var source: String

  package init(
    customer: CustomerKey, channel: ChannelName, state: ConsentState, at: Instant, isDated: Bool,
    source: String
  ) {
    self.customer = customer
    self.channel = channel
    self.state = state
    self.at = at
    self.isDated = isDated
    self.source = source
  }
}
