package import Domain
package import Platform

extension Transaction {
  /// Addresses as they are compared: letters in lower case.
  static func folded(_ address: String) -> String { address.lowercased() }

  /// Stops messages to these addresses, those included that are leased and not yet handed over. Stands above
  /// `unsubscribed`, which holds only marketing.
  package func suppress(
    _ entries: [(channel: ChannelName, address: String, reason: SuppressionReason)], at: Instant
  ) throws {
    try connection.runBatch(
      "INSERT INTO suppressions (channel, address, reason, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (channel, address) DO UPDATE SET reason = excluded.reason, at = excluded.at WHERE suppressions.reason = 'unsubscribed'",
      count: entries.count
    ) { index, binder in
      try binder.bind(entries[index].channel.rawValue)
      try binder.bind(Self.folded(entries[index].address))
      try binder.bind(entries[index].reason.rawValue)
      try binder.bind(at)
    }
    // What waits is looked at again when it is claimed.
    try connection.runBatch(
      "UPDATE messages SET state = 'suppressed', final_at = ?3, claim_token = NULL, lease_until = NULL WHERE state = 'leased' AND channel = ?1 AND address = ?2",
      count: entries.count
    ) { index, binder in
      try binder.bind(entries[index].channel.rawValue)
      try binder.bind(Self.folded(entries[index].address))
      try binder.bind(at)
    }
  }

  /// Stops marketing to these addresses, what is leased and not yet handed over included.
  ///
  /// - Parameter at: when the customer said so; a later explicit grant lifts it.
  package func unsubscribe(
    _ entries: [(channel: ChannelName, address: String, at: Instant)], now: Instant
  ) throws {
    try connection.runBatch(
      "INSERT INTO suppressions (channel, address, reason, at) VALUES (?1, ?2, 'unsubscribed', ?3) ON CONFLICT (channel, address) DO UPDATE SET at = excluded.at WHERE suppressions.reason = 'unsubscribed' AND suppressions.at < excluded.at",
      count: entries.count
    ) { index, binder in
      try binder.bind(entries[index].channel.rawValue)
      try binder.bind(Self.folded(entries[index].address))
      try binder.bind(entries[index].at)
    }
    try connection.runBatch(
      "UPDATE messages SET state = 'suppressed', final_at = ?3, claim_token = NULL, lease_until = NULL WHERE state = 'leased' AND channel = ?1 AND address = ?2 AND purpose = 'marketing'",
      count: entries.count
    ) { index, binder in
      try binder.bind(entries[index].channel.rawValue)
      try binder.bind(Self.folded(entries[index].address))
      try binder.bind(now)
    }
  }

  /// Lets marketing go to these addresses again where they were unsubscribed before the explicit grant at `at`.
  package func resubscribe(_ entries: [(channel: ChannelName, address: String, at: Instant)]) throws {
    try connection.runBatch(
      "DELETE FROM suppressions WHERE channel = ?1 AND address = ?2 AND reason = 'unsubscribed' AND at <= ?3",
      count: entries.count
    ) { index, binder in
      try binder.bind(entries[index].channel.rawValue)
      try binder.bind(Self.folded(entries[index].address))
      try binder.bind(entries[index].at)
    }
  }

  /// Why these channels and addresses are suppressed, by position in the list; addresses of forgotten people are on
  /// every channel.
  package func suppressions(
    of entries: [(channel: ChannelName, address: String)]
  ) throws -> [Int: SuppressionReason] {
    var found: [Int: SuppressionReason] = [:]
    let folded = entries.map { Self.folded($0.address) }
    try connection.queryBatch(
      "SELECT reason FROM suppressions WHERE channel = ?1 AND address = ?2", count: entries.count,
      bind: {
        try $1.bind(entries[$0].channel.rawValue)
        try $1.bind(folded[$0])
      }
    ) { index, row in found[index] = try row.word(0, as: SuppressionReason.self) }
    guard let digests = try addressDigests() else { return found }
    try connection.queryBatch(
      "SELECT 1 FROM suppressions WHERE channel = '' AND address = ?1", count: entries.count,
      bind: { try $1.bind(digests.digest(folded[$0])) }
    ) { index, _ in found[index] = .forgotten }
    return found
  }

  /// Lifts a suppression; that of a forgotten person is lifted on all channels. - Returns: whether there was one.
  package func unsuppress(channel: ChannelName, address: String) throws -> Bool {
    let address = Self.folded(address)
    var lifted = try connection.run(
      "DELETE FROM suppressions WHERE channel = ?1 AND address = ?2",
      [.text(channel.rawValue), .text(address)])
    if let digests = try addressDigests() {
      lifted += try connection.run(
        "DELETE FROM suppressions WHERE channel = '' AND address = ?1", [.text(digests.digest(address))])
    }
    return lifted > 0
  }

  /// Suppresses addresses on every channel, present and future, without keeping them: only salted digests stay.
  func suppressForgotten(_ addresses: [String], at: Instant) throws {
    var generator = SystemRandomNumberGenerator()
    let salt = try meta(Self.saltName) {
      Hex.text((0..<16).map { _ in UInt8.random(in: 0 ... .max, using: &generator) })
    }
    let digests = AddressDigests(salt: salt)
    let folded = addresses.map { Self.folded($0) }
    try connection.runBatch(
      "INSERT INTO suppressions (channel, address, reason, at) VALUES ('', ?1, 'forgotten', ?2) ON CONFLICT (channel, address) DO NOTHING",
      count: folded.count
    ) { index, binder in
      try binder.bind(digests.digest(folded[index]))
      try binder.bind(at)
    }
    try connection.runBatch(
      "DELETE FROM suppressions WHERE address = ?1", rows: folded.map { [.text($0)] })
  }

  private static let saltName = "address_salt"

  /// `nil` while nobody was ever forgotten: then there is nothing to compare with.
  private func addressDigests() throws -> AddressDigests? {
    try storedMeta(Self.saltName).map { AddressDigests(salt: $0) }
  }

  /// Takes back the consent of a customer for a channel: from here on no marketing message goes out there, and those
  /// that wait in the outbox are suppressed in the same transaction. Said twice, it changes nothing.
  ///
  /// - Parameter address: where the channel reaches the customer, who may be known under other ids too; `nil` when it is
  ///   not known or means nothing outside the shop.
  /// - Returns: `nil` when there is no such customer; else whether anything changed.
  package func withdrawConsent(
    customerID: String, channel: ChannelName, address: (Customer) -> String? = { _ in nil }, at: Instant,
    source: String
  ) throws -> Bool? {
    guard var customer = try customer(id: customerID) else { return nil }
    let already = customer.consent[channel] == .withdrawn
    var traits = CustomerTraits()
    traits.consent = [channel: .withdrawn]
    _ = customer.apply(traits, at: at)
    if customer.consent[channel] != .withdrawn {
      // A grant that claims to lie in the future must not outlive the customer's word, nor come again.
      let field = "consent.\(channel)"
      customer.consent[channel] = .withdrawn
      customer.fieldTimes[field] = (customer.fieldTimes[field] ?? at) + .milliseconds(1)
    }
    try save([customer])
    if !already {
      try recordConsent([(customer.key, channel, .withdrawn)], at: at, source: source)
    }
    try suppressWaiting(customer: customer.key, channel: channel, at: at)
    if let address = address(customer) { try unsubscribe([(channel, address, at)], now: at) }
    return !already
  }

  /// Marketing messages that nobody has handed over yet. A claim that is already leased is lost by it:
  /// `beginHandoff` will refuse it.
  package func suppressWaiting(customer: CustomerKey, channel: ChannelName, at: Instant) throws {
    try connection.run(
      Self.suppressWaitingStatement, [.integer(customer.rawValue), .text(channel.rawValue), at.sql])
  }

  /// Asserted in a test to use `messages_customer`.
  package static let suppressWaitingStatement: SQLText =
    "UPDATE messages SET state = 'suppressed', final_at = ?3, claim_token = NULL, lease_until = NULL WHERE customer = ?1 AND channel = ?2 AND purpose = 'marketing' AND state IN ('waiting', 'queued', 'leased')"
}

/// Makes the names under which the addresses of forgotten people stay suppressed.
private struct AddressDigests {
  private let code: HMACSHA256

  init(salt: String) { code = HMACSHA256(key: Array(salt.utf8)) }

  func digest(_ address: String) -> String { code.authenticate(address).description }
}
