package import Domain
package import Platform

extension Transaction {
  /// Withdraws a customer's consent for a channel: no marketing is sent there any more, and messages waiting
  /// in the outbox are suppressed in the same transaction. Repeating it changes nothing, and adds nothing to
  /// the journal within a day, since a link may be opened any number of times.
  ///
  /// - Parameter address: the customer's address on the channel, whose owner may also be known by other ids; `nil` if
  ///   it is unknown or has no meaning outside the shop.
  /// - Returns: `nil` if there is no such customer; else whether anything changed.
  package func withdrawConsent(
    customerID: String, channel: ChannelName, address: (Customer) -> String? = { _ in nil }, at: Instant,
    source: String
  ) throws -> Bool? {
    // Makes snapshots stale, so that a call in progress does not write an older customer back.
    try markChanged(customerKeys(ids: [customerID]).compactMap(\.self))
    guard var customer = try customer(id: customerID) else { return nil }
    let before = customer.unsubscribedAt(channel)
    customer.withdraw(channel, now: at)
    try save([customer])
    // Later than now if it must override a grant dated in the future.
    let saidAt = customer.unsubscribedAt(channel) ?? at
    let isRepeated = before.map { $0 <= saidAt && saidAt - $0 < .days(1) } ?? false
    try recordConsent(
      before == nil ? [(customer.key, channel, .withdrawn)] : [],
      words: isRepeated ? [] : [(customer.key, channel, .withdrawn, saidAt)], at: at, source: source)
    try suppressWaiting(customer: customer.key, channel: channel, at: at)
    if let address = address(customer) {
      let isKnown = try isRepeated && !suppressions(of: [(channel, address)]).isEmpty
      if !isKnown { try unsubscribe([(channel, address, at)], now: at) }
    }
    return before == nil
  }

  /// Suppresses marketing messages that have not been handed over. A claim already leased is lost:
  /// `beginHandoff` will refuse it.
  package func suppressWaiting(customer: CustomerKey, channel: ChannelName, at: Instant) throws {
    try connection.run(
      Self.suppressWaitingStatement, [.integer(customer.rawValue), .text(channel.rawValue), at.sql])
  }

  /// A test asserts that it uses `messages_customer`.
  package static let suppressWaitingStatement = MessageUpdate.statement(
    .suppressed, set: "final_at = ?3", where: "customer = ?1 AND channel = ?2 AND purpose = 'marketing'")
}
