package import Domain

/// A consent statement in a list from another system or store.
package struct ToldConsent: Equatable, Sendable {
  /// An address, normalized as intake does.
  package struct Address: Hashable, Sendable {
    package var kind: AddressKind
    package var text: String

    package init(_ kind: AddressKind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// The shop's customer id; `nil` to find the customer by address.
  package var customer: String?
  package var addresses: [Address]
  package var channels: [ChannelName]
  package var state: ConsentState
  /// Whether it is a field set by the shop, rather than the customer's own statement.
  package var isFlag: Bool
  /// `nil` if the list does not say since when.
  package var at: Instant?
  /// Where the statement comes from: a system, a form, or a file name.
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

/// Evidence of consent: who agreed or refused, when, and according to which source.
package struct ConsentEvidence: Sendable {
  package var customer: CustomerKey
  package var channel: ChannelName
  package var state: ConsentState
  package var at: Instant
  /// Whether the source gave the time; otherwise `at` is the time of the import.
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
