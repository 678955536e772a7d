package import Domain
package import Platform

/// Wakes whatever waits for something that has arrived.
extension Transaction {
  /// Makes whatever waits for an address of these customers due now: steps, and messages of the outbox.
  ///
  /// - Returns: the number of messages.
  package func wakeWaitingForAddress(of customers: [CustomerKey], now: Instant) throws -> Int {
    try connection.runBatch(Self.wakeStatement, count: customers.count) { index, binder in
      try binder.bind(customers[index])
      try binder.bind(now)
    }
    guard try !customers.isEmpty && isAnyWaiting() else { return 0 }
    return try connection.runBatch(Self.wakeMessagesStatement, count: customers.count) { index, binder in
      try binder.bind(customers[index])
      try binder.bind(now)
    }
  }

  /// Uses the recorded decisions, few of which say that a step waits, so nothing extra is stored with each enrollment.
  /// A step that once waited for this and now waits for something else is checked and keeps waiting.
  ///
  /// A test asserts the indexes used.
  package static let wakeStatement: SQLText =
    "UPDATE enrollments SET next_due_at = ?2 WHERE customer = ?1 AND state = 'active' AND next_due_at > ?2 AND EXISTS (SELECT 1 FROM decisions d WHERE d.enrollment = enrollments.key AND d.verdict = 'defer' AND d.gate = 'no_address')"

  /// Likewise for messages, using the same records; also asserted by a test.
  package static let wakeMessagesStatement = MessageUpdate.statement(
    .broughtForward, set: "due_at = ?2",
    where:
      "customer = ?1 AND due_at > ?2 AND EXISTS (SELECT 1 FROM decisions d WHERE d.enrollment = messages.enrollment AND d.step = messages.step AND d.verdict = 'defer' AND d.gate = 'no_address')"
  )

  /// Makes whatever waits for these customers' openings due now: their quiet hours have changed.
  ///
  /// - Returns: the number of messages.
  package func wakeHeld(_ held: [(customer: CustomerKey, until: Instant)], now: Instant) throws -> Int {
    // Imports set the zones of many customers with nothing waiting. There are few distinct openings: query
    // each once.
    let steps = try Set(held.map(\.until)).filter { until in
      try connection.integer(Self.dueThenStatement, [until.sql]) != nil
    }
    let woken = held.filter { steps.contains($0.until) }
    try connection.runBatch(
      "UPDATE enrollments SET next_due_at = ?2 WHERE customer = ?1 AND state = 'active' AND next_due_at = ?3",
      count: woken.count
    ) {
      try $1.bind(woken[$0].customer)
      try $1.bind(now)
      try $1.bind(woken[$0].until)
    }
    guard try !held.isEmpty && isAnyWaiting() else { return 0 }
    return try connection.runBatch(
      Self.wakeHeldStatement, count: held.count
    ) {
      try $1.bind(held[$0].customer)
      try $1.bind(now)
      try $1.bind(held[$0].until)
    }
  }

  private static let wakeHeldStatement = MessageUpdate.statement(
    .broughtForward, set: "due_at = ?2", where: "customer = ?1 AND due_at = ?3")

  private static let dueThenStatement: SQLText =
    "SELECT 1 FROM enrollments WHERE state = 'active' AND next_due_at = ?1 LIMIT 1"

  private func isAnyWaiting() throws -> Bool {
    try connection.integer(Self.anyWaitingStatement) != nil
  }

  private static let anyWaitingStatement = SQLText(
    "SELECT 1 FROM messages WHERE \(MessageState.waiting.isState) LIMIT 1")

  /// All customers with this address on a channel that uses this kind of address.
  package func customers(reachedAt address: String, by kind: AddressKind) throws -> [CustomerKey] {
    switch kind {
    case .customerID: try customerKeys(ids: [address]).compactMap(\.self)
    case .email: try customers("SELECT key FROM customers WHERE lower(email) = lower(?1)", address)
    case .phone: try customers("SELECT key FROM customers WHERE phone = ?1", address)
    }
  }

  private func customers(_ statement: SQLText, _ address: String) throws -> [CustomerKey] {
    try connection.all(statement, [.text(address)]) { $0.customer(0) }
  }
}
