package import Domain
package import Platform

/// What waits for something that has come is asked again at once.
extension Transaction {
  /// Makes due now what of these customers waits for an address: steps, and messages of the outbox.
  ///
  /// - Returns: how many messages.
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

  /// By the record, which says of few that they wait: nothing has to be kept for it with every enrollment. A step that
  /// once waited and waits for something else now is looked at and goes on waiting.
  ///
  /// Asserted in a test to use its indexes.
  package static let wakeStatement: SQLText =
    "UPDATE enrollments SET next_due_at = ?2 WHERE customer = ?1 AND state = 'active' AND next_due_at > ?2 AND EXISTS (SELECT 1 FROM decisions d WHERE d.enrollment = enrollments.key AND d.verdict = 'defer' AND d.gate = 'no_address')"

  /// The same of messages, by the same record; in a test too.
  package static let wakeMessagesStatement = MessageUpdate.statement(
    .broughtForward, set: "due_at = ?2",
    where:
      "customer = ?1 AND due_at > ?2 AND EXISTS (SELECT 1 FROM decisions d WHERE d.enrollment = messages.enrollment AND d.step = messages.step AND d.verdict = 'defer' AND d.gate = 'no_address')"
  )

  /// Makes due now what of these customers waits for an opening: their nights are others by now.
  ///
  /// - Returns: how many messages.
  package func wakeHeld(_ held: [(customer: CustomerKey, until: Instant)], now: Instant) throws -> Int {
    // Imports set the zones of many customers with nothing waiting. There are few distinct openings: query each once.
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

  /// All customers reached at this address on channels that deliver to this kind of address.
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
