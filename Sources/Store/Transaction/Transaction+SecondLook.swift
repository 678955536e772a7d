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

  /// Directs claimed messages to the address that their customer has now, if that may get them: a suppressed address
  /// makes them `suppressed`.
  ///
  /// - Returns: those that may go. Of the others those are `suppressed` whose claim still held.
  package func readdress(
    _ claims: [(message: ClaimedMessage, to: String)], at: Instant
  ) throws -> Set<Int64> {
    let suppressed = try suppressions(of: claims.map { ($0.message.channel, $0.to) })
    var refused: [Int] = []
    var allowed: [Int] = []
    for (index, claim) in claims.enumerated() {
      let isMarketing = claim.message.content.purpose == .marketing
      if let reason = suppressed[index], reason != .unsubscribed || isMarketing {
        refused.append(index)
      } else {
        allowed.append(index)
      }
    }
    try connection.runBatch(
      Self.suppressMovedStatement, count: refused.count
    ) { index, binder in
      let claim = claims[refused[index]]
      try binder.bind(claim.message.key)
      try binder.bind(claim.message.token.bytes)
      try binder.bind(at)
      try bindAddress(claim.to, binder)
    }
    var redirected: Set<Int64> = []
    try connection.queryBatch(
      Self.readdressStatement, count: allowed.count,
      bind: { index, binder in
        let claim = claims[allowed[index]]
        try binder.bind(claim.message.key)
        try binder.bind(claim.message.token.bytes)
        try bindAddress(claim.to, binder)
      }
    ) { index, _ in redirected.insert(claims[allowed[index]].message.key) }
    return redirected
  }

  private static let suppressMovedStatement = MessageUpdate.statement(
    .suppressed, from: [.leased], set: "final_at = ?3, address = ?4, recipient = ?5",
    where: "key = ?1 AND claim_token = ?2")
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

  /// Those of these steps, by their places, of which the last decision is that they wait for this gate.
  package func waiting(for gate: Gate, _ steps: [(enrollment: Int64, step: StepID)]) throws -> Set<Int> {
    var waiting: Set<Int> = []
    try connection.queryBatch(
      "SELECT verdict, gate FROM decisions WHERE enrollment = ?1 AND step = ?2 ORDER BY key DESC LIMIT 1",
      count: steps.count,
      bind: {
        try $1.bind(steps[$0].enrollment)
        try $1.bind(steps[$0].step.rawValue)
      }
    ) { index, row in
      let last = (try row.word(0, as: VerdictKind.self), try row.optionalWord(1, as: Gate.self))
      if last == (.defer, gate) { waiting.insert(index) }
    }
    return waiting
  }

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

  /// `address`, as addresses are compared, and `recipient`, which is NULL where it is the same.
  private func bindAddress(_ address: String, _ binder: any SQLBinder) throws {
    let folded = Self.folded(address)
    try binder.bind(folded)
    try binder.bind(address == folded ? nil : address)
  }
}
