internal import Decisioning
internal import Domain

/// The same person may be a customer under several ids; what they say about messages follows their address.
extension CustomerChange {
  /// Addresses to which marketing stops, and when that was said.
  func withdrawnAddresses(
    _ channels: [ChannelName: ChannelPolicy]
  ) -> [(channel: ChannelName, address: String, at: Instant)] {
    unsubscribed.sorted().compactMap { channel in
      guard let at = state.customer.unsubscribedAt(channel), let address = address(channel, channels) else {
        return nil
      }
      return (channel, address, at)
    }
  }

  /// Addresses to which it may go again.
  func grantedAddresses(
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
