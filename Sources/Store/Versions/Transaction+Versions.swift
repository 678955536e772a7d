package import Domain
internal import Platform

/// Optimistic concurrency control for customers: a decision is not written when its facts have changed since they were
/// read.
///
/// On a server each customer has a version in a row of its own, and every writer raises it. This locks the row until the
/// transaction ends, so call `markChanged` before reading facts in a writing transaction. An SQLite store belongs to one
/// process, which keeps the same information in memory; see `ChangeLog`.
extension Transaction {
  /// Notes the versions of customers in a snapshot. Call it in the transaction that reads their facts.
  package func observe(_ customers: some Collection<CustomerKey>, in snapshot: CustomerSnapshot) throws {
    guard connection.dialect == .postgresql else { return }
    let keys = Array(customers)
    var observed = keys.map { (customer: $0, version: 0 as Int64) }
    try connection.queryBatch(
      "SELECT version FROM customer_versions WHERE customer = ?1", count: keys.count,
      bind: { try $1.bind(keys[$0]) }
    ) { index, row in observed[index].version = row.int64(0) }
    snapshot.note(observed)
  }

  /// Makes every older snapshot of these customers stale.
  package func markChanged(_ customers: some Collection<CustomerKey>) throws {
    switch connection.dialect {
    case .sqlite: changes?.add(customers)
    case .postgresql: try raiseVersions(of: customers.sorted()) { _, _ in }
    }
  }

  /// The same for customers whose facts were read in a snapshot.
  ///
  /// - Returns: those for whom the snapshot is stale itself. They are marked as well.
  package func markChanged(
    _ customers: some Collection<CustomerKey>, since snapshot: CustomerSnapshot
  ) throws -> Set<CustomerKey> {
    switch connection.dialect {
    case .sqlite:
      guard let changes else { return Set(customers) }
      let stale = changes.changed(among: customers, since: snapshot.number)
      changes.add(customers)
      return stale
    case .postgresql:
      var stale: Set<CustomerKey> = []
      try raiseVersions(of: customers.sorted()) { customer, version in
        if version != snapshot.version(of: customer).map({ $0 + 1 }) { stale.insert(customer) }
      }
      return stale
    }
  }

  /// The same for thousands of customers in ascending order, such as those of an import.
  package func markChanged(run customers: [CustomerKey]) throws {
    switch connection.dialect {
    case .sqlite: changes?.add(run: customers)
    case .postgresql: try raiseVersions(ofRun: customers)
    }
  }

  package func markChanged(
    run customers: [CustomerKey], since snapshot: CustomerSnapshot
  ) throws -> Set<CustomerKey> {
    switch connection.dialect {
    case .sqlite:
      guard let changes else { return Set(customers) }
      let stale = changes.changed(among: customers, since: snapshot.number)
      changes.add(run: customers)
      return stale
    case .postgresql: return try markChanged(customers, since: snapshot)
    }
  }

  /// The customers with these ids, in order. New ones are created. All are marked as changed before they are read.
  package func customersForChange(ids: [String]) throws -> [Customer] {
    if connection.dialect == .postgresql {
      try markChanged(customerKeys(ids: ids).compactMap(\.self))
    }
    var found = try customers(ids: ids)
    let missing = found.indices.filter { found[$0] == nil }
    for (index, customer) in zip(missing, try createCustomers(ids: missing.map { ids[$0] })) {
      found[index] = customer
    }
    let customers = found.compactMap(\.self)
    if connection.dialect == .sqlite { changes?.add(customers.lazy.map(\.key)) }
    return customers
  }

  // MARK: - Rows

  /// - Parameters:
  ///   - customers: in ascending order, as for every writer: two that lock in different orders could deadlock.
  ///   - raised: called with the new version of each.
  private func raiseVersions(of customers: [CustomerKey], _ raised: (CustomerKey, Int64) -> Void) throws {
    try connection.queryBatch(
      "INSERT INTO customer_versions (customer, version) VALUES (?1, 1) ON CONFLICT (customer) DO UPDATE SET version = customer_versions.version + 1 RETURNING version",
      count: customers.count, bind: { try $1.bind(customers[$0]) }
    ) { index, row in raised(customers[index], row.int64(0)) }
  }

  /// Uses one statement for customers that lie close together; it raises the versions of those between them as well.
  private func raiseVersions(ofRun customers: [CustomerKey]) throws {
    guard let first = customers.first?.rawValue, let last = customers.last?.rawValue,
      last - first < 4 * Int64(customers.count)
    else { return try raiseVersions(of: customers) { _, _ in } }
    try connection.run(
      "INSERT INTO customer_versions (customer, version) SELECT key, 1 FROM customers WHERE key >= ?1 AND key <= ?2 ORDER BY key ON CONFLICT (customer) DO UPDATE SET version = customer_versions.version + 1",
      [.integer(first), .integer(last)])
  }
}
