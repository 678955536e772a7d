package import Domain
package import Platform

extension Transaction {
  /// Takes back the consent of a customer for a channel: from here on no marketing message goes out there, and those
  /// that wait in the outbox are suppressed in the same transaction. Said twice, it changes nothing, and within a day it
  /// does not go into the journal again: a link can be opened any number of times.
  ///
  /// - Parameter address: where the channel reaches the customer, who may be known under other ids too; `nil` when it is
  ///   not known or means nothing outside the shop.
  /// - Returns: `nil` when there is no such customer; else whether anything changed.
  package func withdrawConsent(
    customerID: String, channel: ChannelName, address: (Customer) -> String? = { _ in nil }, at: Instant,
    source: String
  ) throws -> Bool? {
    // A call that is being processed must not write the customer back as it was.
    try markChanged(customerKeys(ids: [customerID]).compactMap(\.self))
    guard var customer = try customer(id: customerID) else { return nil }
    let before = customer.unsubscribedAt(channel)
    customer.withdraw(channel, now: at)
    try save([customer])
    // Later than now where it has to outlive a grant that claims to lie in the future.
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

  /// Marketing messages that nobody has handed over yet. A claim that is already leased is lost by it:
  /// `beginHandoff` will refuse it.
  package func suppressWaiting(customer: CustomerKey, channel: ChannelName, at: Instant) throws {
    try connection.run(
      Self.suppressWaitingStatement, [.integer(customer.rawValue), .text(channel.rawValue), at.sql])
  }

  /// Asserted in a test to use `messages_customer`.
  package static let suppressWaitingStatement = MessageUpdate.statement(
    .suppressed, set: "final_at = ?3", where: "customer = ?1 AND channel = ?2 AND purpose = 'marketing'")
}
