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
      claims, at: at,
      "UPDATE messages SET state = 'cancelled', final_at = ?3, claim_token = NULL, lease_until = NULL WHERE key = ?1 AND state = 'leased' AND claim_token = ?2 RETURNING 1"
    )
  }

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
      "UPDATE messages SET state = 'suppressed', final_at = ?3, claim_token = NULL, lease_until = NULL, address = ?4, recipient = ?5 WHERE key = ?1 AND state = 'leased' AND claim_token = ?2",
      count: refused.count
    ) { index, binder in
      let claim = claims[refused[index]]
      try binder.bind(claim.message.key)
      try binder.bind(claim.message.token.bytes)
      try binder.bind(at)
      try bindAddress(claim.to, binder)
    }
    var redirected: Set<Int64> = []
    try connection.queryBatch(
      "UPDATE messages SET address = ?3, recipient = ?4 WHERE key = ?1 AND state = 'leased' AND claim_token = ?2 RETURNING 1",
      count: allowed.count,
      bind: { index, binder in
        let claim = claims[allowed[index]]
        try binder.bind(claim.message.key)
        try binder.bind(claim.message.token.bytes)
        try bindAddress(claim.to, binder)
      }
    ) { index, _ in redirected.insert(claims[allowed[index]].message.key) }
    return redirected
  }

  /// Ends claimed messages whose customer has no address on their channel any more, or that are no longer what the file
  /// asks for, so that another takes their place; not one that may have been delivered.
  ///
  /// - Returns: those that ended.
  package func giveUp(_ claims: [(key: Int64, token: ClaimToken)], at: Instant) throws -> Set<Int64> {
    try change(
      claims, at: at,
      "UPDATE messages SET state = 'suppressed', final_at = ?3, claim_token = NULL, lease_until = NULL WHERE key = ?1 AND state = 'leased' AND claim_token = ?2 AND maybe_delivered = 0 RETURNING 1"
    )
  }

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

  /// Lets claimed messages wait; the attempt is not charged.
  package func putOff(_ claims: [(key: Int64, token: ClaimToken, until: Instant)]) throws {
    try connection.runBatch(
      "UPDATE messages SET state = 'waiting', due_at = ?3, attempt = attempt - 1, claim_token = NULL, lease_until = NULL WHERE key = ?1 AND state = 'leased' AND claim_token = ?2",
      count: claims.count
    ) { index, binder in
      try binder.bind(claims[index].key)
      try binder.bind(claims[index].token.bytes)
      try binder.bind(claims[index].until)
    }
  }

  /// Takes back the claims of these customers' messages that nobody has handed over yet, because something about them has
  /// changed: they are queued and looked at once more. While nothing is claimed this costs one look into an index.
  ///
  /// - Parameter customers: made only when something is claimed.
  package func takeBack(of customers: @autoclosure () -> Set<CustomerKey>) throws {
    guard try connection.integer(Self.anyLeasedStatement) != nil else { return }
    var customers = customers()
    if customers.count > Self.fewCustomers {
      let leased = try connection.all("SELECT DISTINCT customer FROM messages WHERE state = 'leased'") {
        $0.customer(0)
      }
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

  /// The same for all that is claimed: what it was claimed by is no longer in force.
  package func takeBackAll() throws { try connection.run(SQLText("\(Self.takingBack)")) }

  private static let takingBack =
    "UPDATE messages SET state = 'queued', attempt = attempt - 1, claim_token = NULL, lease_until = NULL WHERE state = 'leased'"
  /// Asserted in a test to use `messages_customer`.
  package static let takeBackStatement = SQLText("\(takingBack) AND customer = ?1")
  /// These in a test to use `messages_in_flight`.
  package static let takeBackTriggerStatement = SQLText("\(takingBack) AND trigger = ?1")
  package static let anyLeasedStatement: SQLText =
    "SELECT 1 FROM messages WHERE state = 'leased' ORDER BY lease_until LIMIT 1"

  /// `address`, as addresses are compared, and `recipient`, which is NULL where it is the same.
  private func bindAddress(_ address: String, _ binder: any SQLBinder) throws {
    let folded = Self.folded(address)
    try binder.bind(folded)
    try binder.bind(address == folded ? nil : address)
  }
}
