internal import Decisioning
internal import Domain
internal import Store

extension IntakeBatch {
  /// The customers of these events by the ids given there, marked as changed; new ones are created. Several ids
  /// may be one customer's.
  static func customersForChange(
    of events: [IncomingEvent], in tx: Transaction
  ) throws -> [ExactText: Customer] {
    let ids = Set(events.map { ExactText($0.customerID) }).map(\.text)
    var customers: [ExactText: Customer] = [:]
    customers.reserveCapacity(ids.count)
    for (id, customer) in zip(ids, try tx.customersForChange(ids: ids)) {
      customers[ExactText(id)] = customer
    }
    return customers
  }

  /// Writes each customer's changes.
  ///
  /// - Returns: how many messages of the outbox have become due.
  static func write(
    _ changes: some Collection<CustomerChange>, program: Program, at now: Instant,
    source: String?, in tx: Transaction
  ) throws -> Int {
    var rows = RowCollection()
    for change in changes { rows.add(IntakeRows(change, program), of: change.state.customer.key) }
    return try rows.write(to: tx, at: now, source: source).messagesWoken
  }
}
