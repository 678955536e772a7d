package import Domain

/// A configured channel, ready to run: its adapter, limits and retry policy.
package struct Channel: Sendable {
  package var name: ChannelName
  /// The kind of address it delivers to.
  package var address: AddressKind
  package var adapter: any ChannelAdapter
  package var flow: FlowSettings
  package var retry: RetryPolicy

  package init(
    name: ChannelName, address: AddressKind, adapter: any ChannelAdapter, flow: FlowSettings = FlowSettings(),
    retry: RetryPolicy = RetryPolicy()
  ) {
    self.name = name
    self.address = address
    self.adapter = adapter
    self.flow = flow
    self.retry = retry
  }
}

/// The limits of one channel.
package struct FlowSettings: Equatable, Sendable {
  /// `nil` for no limit but the provider's.
  package var rate: SendRate?
  /// Maximum messages in flight; the window grows towards it from 5.
  package var connections: Int

  package init(rate: SendRate? = nil, connections: Int = 10) {
    self.rate = rate
    self.connections = connections
  }
}

/// `50/s`: a number of messages per period.
package struct SendRate: Equatable, Sendable {
  package var count: Int
  package var period: Duration

  package init(count: Int, period: Duration) {
    self.count = count
    self.period = period
  }
}
