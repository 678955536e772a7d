/// Why an address gets nothing more on a channel.
package enum SuppressionReason: String, Sendable, CaseIterable {
  /// The provider said that it does not exist.
  case badAddress = "bad_address"
  case complaint
  /// By hand.
  case `operator`
  /// A customer with this address was forgotten; holds on every channel.
  case forgotten
  /// A customer with this address took back consent. Holds marketing only, for every customer with the address: shops
  /// know the same person under several ids, and the person unsubscribed once.
  case unsubscribed
}
