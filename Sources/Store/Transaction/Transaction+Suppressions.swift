package import Domain
internal import Platform

/// Why an address gets nothing more on a channel.
package enum SuppressionReason: String, Sendable, CaseIterable {
  case badAddress = "bad_address"
  case complaint
  case `operator`
  case forgotten
}

extension Transaction {
  /// Addresses as they are compared: letters in lower case.
  static func folded(_ address: String) -> String { address.lowercased() }

  package func suppress(
    _ entries: [(channel: ChannelName, address: String, reason: SuppressionReason)], at: Instant
  ) throws {
    try connection.runBatch(
      "INSERT INTO suppressions (channel, address, reason, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (channel, address) DO NOTHING",
      count: entries.count
    ) { index, binder in
      try binder.bind(entries[index].channel.rawValue)
      try binder.bind(Self.folded(entries[index].address))
      try binder.bind(entries[index].reason.rawValue)
      try binder.bind(at)
    }
  }

  /// Which of these channels and addresses are suppressed, by position in the list.
  package func suppressed(_ entries: [(channel: ChannelName, address: String)]) throws -> Set<Int> {
    var found: Set<Int> = []
    try connection.queryBatch(
      "SELECT 1 FROM suppressions WHERE channel = ?1 AND address = ?2", count: entries.count,
      bind: {
        try $1.bind(entries[$0].channel.rawValue)
        try $1.bind(Self.folded(entries[$0].address))
      }
    ) { index, _ in found.insert(index) }
    return found
  }

  package func unsuppress(channel: ChannelName, address: String) throws -> Bool {
    try connection.run(
      "DELETE FROM suppressions WHERE channel = ?1 AND address = ?2",
      [.text(channel.rawValue), .text(Self.folded(address))]) > 0
  }

  /// Takes back the consent of a customer for a channel: from here on no marketing message goes out there, and those
  /// that wait in the outbox are suppressed in the same transaction. Said twice, it changes nothing.
  ///
  /// - Returns: `nil` when there is no such customer; else whether anything changed.
  package func withdrawConsent(
    customerID: String, channel: ChannelName, at: Instant, source: String
  ) throws -> Bool? {
    guard var customer = try customer(id: customerID) else { return nil }
    let already = customer.consent[channel] == .withdrawn
    var traits = CustomerTraits()
    traits.consent = [channel: .withdrawn]
    _ = customer.apply(traits, at: at)
    // A grant that claims to lie in the future must not outlive the customer's word.
    customer.consent[channel] = .withdrawn
    try save([customer])
    if !already {
      try recordConsent([(customer.key, channel, .withdrawn)], at: at, source: source)
    }
    try suppressWaiting(customer: customer.key, channel: channel, at: at)
    return !already
  }

  /// Marketing messages that nobody has claimed yet.
  package func suppressWaiting(customer: CustomerKey, channel: ChannelName, at: Instant) throws {
    try connection.run(
      "UPDATE messages SET state = 'suppressed', final_at = ?3 WHERE customer = ?1 AND channel = ?2 AND purpose = 'marketing' AND state IN ('waiting', 'queued')",
      [.integer(customer.rawValue), .text(channel.rawValue), at.sql])
  }
}
