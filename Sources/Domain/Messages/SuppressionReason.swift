/// Why an address gets nothing more on a channel.
package enum SuppressionReason: String, Sendable, CaseIterable {
  /// The provider reported that it does not exist.
  case badAddress = "bad_address"
  case complaint
  /// Manually.
  case `operator`
  /// A customer with this address was forgotten; applies to every channel.
  case forgotten
  /// A customer with this address withdrew consent. Stops only marketing, for every customer with the
  /// address: shops know the same person under several ids, and the person unsubscribed once.
  case unsubscribed
}
