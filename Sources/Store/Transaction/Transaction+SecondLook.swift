package import Domain
package import Platform

/// What becomes of claimed messages that a last look at their customers has changed. None of them has been handed over;
/// a claim that was lost changes nothing.
extension Transaction {
  /// Cancels claimed messages that nobody has handed over yet, because the reason for them is gone. A claim that was
  /// lost changes nothing.
  ///
  /// - Returns: those that were cancelled.
  package func cancel(_ claims: [(key: Int64, token: ClaimToken)], at: Instant) throws -> Set<Int64> {
    try change(
      claims, at: at, Self.cancelStatement)
  }

  private static let cancelStatement = MessageUpdate.statement(
    .reasonGone, from: [.leased], set: "final_at = ?3", where: "key = ?1 AND claim_token = ?2", returning: "1"
  )

  /// Runs a statement of key, token and instant for each of these claims. - Returns: the messages it has changed.
  private func change(
    _ claims: [(key: Int64, token: ClaimToken)], at: Instant, _ statement: SQLText
  ) throws -> Set<Int64> {
    var changed: Set<Int64> = []
    try connection.queryBatch(
      statement, count: claims.count,
      bind: {
        try $1.bind(claims[$0].key)
        try $1.bind(claims[$0].token.bytes)
        try $1.bind(at)
      }
    ) { index, _ in changed.insert(claims[index].key) }
    return changed
  }

  /// Directs claimed messages to the address that their customer has now. - Returns: those that were.
  package func readdress(_ claims: [(message: ClaimedMessage, to: String)]) throws -> Set<Int64> {
    try move(claims, Self.readdressStatement) { _ in }
  }

  /// Ends claimed messages that cannot go to the address their customer has now, and keeps that address with them.
  ///
  /// - Returns: those that ended.
  package func suppress(
    _ claims: [(message: ClaimedMessage, to: String)], at: Instant
  ) throws -> Set<Int64> {
    try move(claims, Self.suppressMovedStatement) { try $0.bind(at) }
  }

  private func move(
    _ claims: [(message: ClaimedMessage, to: String)], _ statement: SQLText,
    bind: (any SQLBinder) throws -> Void
  ) throws -> Set<Int64> {
    var moved: Set<Int64> = []
    try connection.queryBatch(
      statement, count: claims.count,
      bind: { index, binder in
        let (message, address) = claims[index]
        // As addresses are compared; `recipient` is NULL where it is the same.
        let folded = Self.folded(address)
        try binder.bind(message.key)
        try binder.bind(message.token.bytes)
        try binder.bind(folded)
        try binder.bind(address == folded ? nil : address)
        try bind(binder)
      }
    ) { index, _ in moved.insert(claims[index].message.key) }
    return moved
  }

  private static let suppressMovedStatement = MessageUpdate.statement(
    .suppressed, from: [.leased], set: "address = ?3, recipient = ?4, final_at = ?5",
    where: "key = ?1 AND claim_token = ?2", returning: "1")
  private static let readdressStatement = MessageUpdate.statement(
    .readdressed, set: "address = ?3, recipient = ?4", where: "key = ?1 AND claim_token = ?2", returning: "1")

  /// Ends claimed messages whose customer has no address on their channel any more, or that are no longer what the file
  /// asks for, so that another takes their place; not one that may have been delivered.
  ///
  /// - Returns: those that ended.
  package func giveUp(_ claims: [(key: Int64, token: ClaimToken)], at: Instant) throws -> Set<Int64> {
    try change(claims, at: at, Self.replaceStatement)
  }

  private static let replaceStatement = MessageUpdate.statement(
    .replaced, set: "final_at = ?3", where: "key = ?1 AND claim_token = ?2", returning: "1")

  /// Gives back claimed messages that nobody has handed over yet, to be looked at again at `until`. The attempt is not
  /// charged.
  package func putOff(
    _ claims: [(key: Int64, token: ClaimToken, until: Instant, expiresAt: Instant)]
  ) throws {
    try connection.runBatch(Self.putOffStatement, count: claims.count) { index, binder in
      try binder.bind(claims[index].key)
      try binder.bind(claims[index].token.bytes)
      try binder.bind(claims[index].until)
      try binder.bind(claims[index].expiresAt)
    }
  }

  private static let putOffStatement = MessageUpdate.statement(
    .putOff, from: [.leased], set: "due_at = ?3, expires_at = ?4", where: "key = ?1 AND claim_token = ?2")

  /// Takes back the claims of these customers' messages that nobody has handed over yet, because something about them has
  /// changed: they are queued and looked at once more. While nothing is claimed this costs one look into an index.
  ///
  /// - Parameter customers: made only when something is claimed.
  package func takeBack(of customers: @autoclosure () -> Set<CustomerKey>) throws {
    guard try connection.integer(Self.anyLeasedStatement) != nil else { return }
    var customers = customers()
    if customers.count > Self.fewCustomers {
      let leased = try connection.all(Self.leasedCustomersStatement) { $0.customer(0) }
      customers.formIntersection(leased)
    }
    let keys = customers.sorted()
    try connection.runBatch(Self.takeBackStatement, count: keys.count) { try $1.bind(keys[$0]) }
  }

  /// More of them than are claimed at once, mostly.
  private static let fewCustomers = 100

  /// The same for all messages of a trigger.
  package func takeBack(of trigger: TriggerID) throws {
    try connection.run(Self.takeBackTriggerStatement, [.text(trigger.rawValue)])
  }

  /// The same for all that is claimed: the configuration it was claimed under is no longer in force.
  package func takeBackAll() throws { try connection.run(Self.takeBackAllStatement) }

  private static let takeBackAllStatement = MessageUpdate.statement(.takenBack) { $0.isOneOf }
  /// Asserted in a test to use `messages_customer`.
  package static let takeBackStatement = MessageUpdate.statement(.takenBack, where: "customer = ?1")
  /// Asserted in a test to use `messages_in_flight`, as the next.
  package static let takeBackTriggerStatement = MessageUpdate.statement(.takenBack, where: "trigger = ?1")
  package static let anyLeasedStatement = SQLText(
    "SELECT 1 FROM messages WHERE \(MessageState.leased.isState) ORDER BY lease_until LIMIT 1")
  private static let leasedCustomersStatement = SQLText(
    "SELECT DISTINCT customer FROM messages WHERE \(MessageState.leased.isState)")
}
