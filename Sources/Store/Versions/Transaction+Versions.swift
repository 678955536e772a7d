package import Domain
internal import Platform

/// Optimistic concurrency control for customers: a decision is not written if its facts have changed since
/// they were read.
///
/// On a server each customer has a version in its own row, and every writer raises it. This locks the row
/// until the transaction ends, so call `markChanged` before reading facts in a writing transaction. A SQLite
/// store belongs to one process, which keeps the same information in memory; see `ChangeLog`.
extension Transaction {
  /// Notes the versions of customers in a snapshot. Call it in the transaction that reads their facts.
  package func observe(_ customers: some Collection<CustomerKey>, in snapshot: CustomerSnapshot) throws {
    guard connection.dialect == .postgresql, !customers.isEmpty else { return }
    var versions = Dictionary(customers.map { ($0, 0 as Int64) }) { version, _ in version }
    try connection.query(
      "SELECT customer, version FROM customer_versions WHERE customer = ANY(string_to_array(?1, ',')::bigint[])",
      [Self.list(Array(customers))]
    ) { versions[$0.customer(0)] = $0.int64(1) }
    snapshot.note(versions)
  }

  /// Makes every older snapshot of these customers stale.
  package func markChanged(_ customers: some Collection<CustomerKey>) throws {
    switch connection.dialect {
    case .sqlite: changes?.add(customers)
    case .postgresql: try raiseVersions(of: Set(customers).sorted()) { _, _ in }
    }
  }

  /// Likewise for customers whose facts were read in a snapshot.
  ///
  /// - Returns: the customers for whom the snapshot is already stale. They are marked as well.
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
      var stale = Set(customers)
      try raiseVersions(of: stale.sorted()) { customer, version in
        if version == snapshot.version(of: customer).map({ $0 + 1 }) { stale.remove(customer) }
      }
      return stale
    }
  }

  /// Likewise for thousands of customers in ascending order, such as those of an import.
  package func markChanged(run customers: [CustomerKey]) throws {
    switch connection.dialect {
    case .sqlite: changes?.add(run: customers)
    case .postgresql: try raiseVersions(of: customers) { _, _ in }
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

  /// The customers known by these ids, in order. New ones are created. All are marked as changed before they are
  /// read.
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

  /// One statement for all of them: one each would take several times as long.
  ///
  /// - Parameters:
  ///   - customers: in ascending order without duplicates, as for every writer: two that lock in different
  ///     orders could deadlock.
  ///   - raised: called with the new version of each.
  private func raiseVersions(of customers: [CustomerKey], _ raised: (CustomerKey, Int64) -> Void) throws {
    guard !customers.isEmpty else { return }
    try connection.query(
      "INSERT INTO customer_versions (customer, version) SELECT key, 1 FROM unnest(string_to_array(?1, ',')::bigint[]) AS key ON CONFLICT (customer) DO UPDATE SET version = customer_versions.version + 1 RETURNING customer, version",
      [Self.list(customers)]
    ) { raised($0.customer(0), $0.int64(1)) }
  }

  private static func list(_ customers: [CustomerKey]) -> SQLValue {
    .text(customers.map { String($0.rawValue) }.joined(separator: ","))
  }
}
