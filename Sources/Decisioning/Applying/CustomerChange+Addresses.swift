package import Domain

/// A person may be a customer under several ids, so statements about messages follow the address.
extension CustomerChange {
  /// The customer's own statements about consent that still hold.
  package var words: [(channel: ChannelName, state: ConsentState, at: Instant)] {
    var words = explicitGrants.map { (channel: $0.channel, state: ConsentState.granted, at: $0.at) }
    for channel in unsubscribed.sorted() {
      if let at = state.customer.unsubscribedAt(channel) { words.append((channel, .withdrawn, at)) }
    }
    return words
  }

  /// Addresses that get no more marketing, and when the customer said so.
  package func withdrawnAddresses(
    _ channels: [ChannelName: ChannelPolicy]
  ) -> [(channel: ChannelName, address: String, at: Instant)] {
    unsubscribed.sorted().compactMap { channel in
      guard let at = state.customer.unsubscribedAt(channel), let address = address(channel, channels) else {
        return nil
      }
      return (channel, address, at)
    }
  }

  /// Addresses that may get marketing again, and when the customer said so.
  package func grantedAddresses(
    _ channels: [ChannelName: ChannelPolicy]
  ) -> [(channel: ChannelName, address: String, at: Instant)] {
    explicitGrants.compactMap { grant in
      address(grant.channel, channels).map { (grant.channel, $0, grant.at) }
    }
  }

  private func address(_ channel: ChannelName, _ channels: [ChannelName: ChannelPolicy]) -> String? {
    channels[channel]?.sharedAddress(of: state.customer)
  }
}
