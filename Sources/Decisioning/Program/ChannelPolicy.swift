package import Domain

/// What decisions need to know about a channel.
package struct ChannelPolicy: Sendable, Equatable {
  package var name: ChannelName
  package var address: AddressKind
  package var medium: Medium
  package var consent: ConsentPolicy

  package init(name: ChannelName, address: AddressKind, medium: Medium, consent: ConsentPolicy) {
    self.name = name
    self.address = address
    self.medium = medium
    self.consent = consent
  }

  /// The customer's address on this channel, unless it is the customer id: the same person may have the
  /// address under another id too.
  package func sharedAddress(of customer: Customer) -> String? {
    address == .customerID ? nil : customer.address(address)
  }
}

/// The parts of a template that a channel sends.
package enum Medium: String, Sendable, CaseIterable {
  /// Subject, HTML and text.
  case email
  /// The `.sms.liquid` part, or the text part if there is none.
  case text
}

package enum ConsentPolicy: String, Sendable, CaseIterable {
  /// Everybody who has not withdrawn consent.
  case optOut = "opt_out"
  /// Customers with an explicit grant, and those with a standing order who have not withdrawn consent.
  case softOptIn = "soft_opt_in"
  /// Only customers with an explicit grant.
  case optIn = "opt_in"
}
