package import Domain
package import Platform

/// Changes to claimed messages after a last look at their customers. None of them has been handed over; a
/// lost claim changes nothing.
extension Transaction {
  /// Cancels claimed messages because their reason is gone.
  ///
  /// - Returns: those cancelled.
  package func cancel(_ claims: [(key: Int64, token: ClaimToken)], at: Instant) throws -> Set<Int64> {
    try change(
      claims, at: at, Self.cancelStatement)
  }

  private static let cancelStatement = MessageUpdate.statement(
    .reasonGone, from: [.leased], set: "final_at = ?3", where: "key = ?1 AND claim_token = ?2", returning: "1"
  )

  /// Runs a statement with key, token and instant for each claim. - Returns: the messages changed.
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

  /// Changes claimed messages to their customer's current address. - Returns: those changed.
  package func readdress(_ claims: [(message: ClaimedMessage, to: String)]) throws -> Set<Int64> {
    try move(claims, Self.readdressStatement) { _ in }
  }

  /// Ends claimed messages that may not be sent to their customer's current address, and records that
  /// address.
  ///
  /// - Returns: those ended.
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
        // In the form in which addresses are compared; `recipient` is NULL if it is the same.
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

  /// Ends claimed messages whose customer no longer has an address on their channel, or that the configuration no
  /// longer asks for, so that others can replace them; but none that may have been delivered.
  ///
  /// - Returns: those ended.
  package func giveUp(_ claims: [(key: Int64, token: ClaimToken)], at: Instant) throws -> Set<Int64> {
    try change(claims, at: at, Self.replaceStatement)
  }

  private static let replaceStatement = MessageUpdate.statement(
    .replaced, set: "final_at = ?3", where: "key = ?1 AND claim_token = ?2", returning: "1")

  /// Releases claimed messages that have not been handed over, to be looked at again at `until`. No attempt
  /// counts.
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

  /// Releases the claims of these customers' messages that have not been handed over, because something about
  /// the customers has changed: the messages are queued and checked again. While nothing is claimed this
  /// costs one index lookup.
  ///
  /// - Parameter customers: evaluated only if something is claimed.
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

  /// Usually more than the number of claims.
  private static let fewCustomers = 100

  /// Likewise for all messages of a trigger.
  package func takeBack(of trigger: TriggerID) throws {
    try connection.run(Self.takeBackTriggerStatement, [.text(trigger.rawValue)])
  }

  /// Likewise for all claims: the configuration they were made under is no longer in force.
  package func takeBackAll() throws { try connection.run(Self.takeBackAllStatement) }

  private static let takeBackAllStatement = MessageUpdate.statement(.takenBack) { $0.isOneOf }
  /// A test asserts that it uses `messages_customer`.
  package static let takeBackStatement = MessageUpdate.statement(.takenBack, where: "customer = ?1")
  /// Tests assert that this and the next use `messages_in_flight`.
  package static let takeBackTriggerStatement = MessageUpdate.statement(.takenBack, where: "trigger = ?1")
  package static let anyLeasedStatement = SQLText(
    "SELECT 1 FROM messages WHERE \(MessageState.leased.isState) ORDER BY lease_until LIMIT 1")
  private static let leasedCustomersStatement = SQLText(
    "SELECT DISTINCT customer FROM messages WHERE \(MessageState.leased.isState)")
}
