package import Domain
internal import Platform

extension Transaction {
  /// Everything stored about a person, for handing over: times in ISO 8601 and UTC, amounts in minor units of the
  /// currency beside them. `nil` when there is no such customer.
  package func export(customerID: String) throws -> JSON? {
    let customer = try customer(id: customerID)
    var setAside = try connection.all(
      "SELECT kind, about, at, content FROM quarantine WHERE customer = ?1 ORDER BY key", [.text(customerID)]
    ) { row in
      JSON.object(
        JSONObject(
          members: (0..<row.columnCount).map {
            .init(key: row.columnName($0), value: row.json(of: row.value($0), row.columnName($0)))
          }))
    }
    setAside += try exportKept(about: person(customerID, customer))
    guard let customer else {
      // Nothing of this person is stored except what is in quarantine.
      return setAside.isEmpty
        ? nil : ["customer": ["id": .string(customerID)], "quarantine": .array(setAside)]
    }
    let key: [SQLValue] = [.integer(customer.key.rawValue)]
    func rows(_ sql: SQLText) throws -> JSON {
      .array(
        try connection.all(sql, key) { row in
          var object = JSONObject()
          for column in 0..<row.columnCount {
            let name = row.columnName(column)
            object[name] =
              switch name {
              case "lines": try row.lines(column)
              case "returned" where !row.isNull(column): try row.returned(column)
              default: row.json(of: row.value(column), name)
              }
          }
          return .object(object)
        })
    }
    return [
      "customer": try rows(Self.exportCustomerStatement)[0] ?? .null,
      "consents": try rows(
        "SELECT channel, state, at, source FROM consents WHERE customer = ?1 ORDER BY key"),
      "orders": try rows(Self.exportOrdersStatement),
      "carts": try rows("SELECT id, url, base, changes FROM carts WHERE customer = ?1 ORDER BY id"),
      "events": try rows(
        "SELECT message_id, name, at, properties FROM events WHERE customer = ?1 ORDER BY at"),
      "messages": try rows(
        "SELECT trigger, step, channel, COALESCE(recipient, address) AS address, to_name, state, created_at, purpose, subject, preheader, unsubscribe_url, data, text, html FROM messages WHERE customer = ?1 ORDER BY created_at"
      ),
      "decisions": try rows(
        "SELECT d.step, d.at, d.verdict, d.gate, d.trace FROM decisions d JOIN enrollments e ON e.key = d.enrollment WHERE e.customer = ?1 ORDER BY d.key"
      ),
      "quarantine": .array(setAside),
    ]
  }

  private static let exportCustomerStatement: SQLText = {
    let told = Customer.Column.all.filter { $0 != .key && $0 != .fieldTimes }
    return SQLText(constant: "SELECT \(SQL.list(told.names)) FROM customers WHERE key = ?1")
  }()

  private static let exportOrdersStatement: SQLText = {
    let told = Order.Column.all.filter { $0 != .receivedAt }
    return SQLText(
      constant: "SELECT \(SQL.list(told.names)) FROM orders WHERE customer = ?1 ORDER BY placed_at")
  }()

  /// The person as unread requests are searched for: by the current addresses and by the former ones, which are found in
  /// the messages that were sent there.
  private func person(_ id: String, _ customer: Customer?) throws -> KeptRequest.Person {
    KeptRequest.Person(id: id, addresses: try customer.map { try addresses(of: $0) } ?? [])
  }

  private func addresses(of customer: Customer) throws -> [String] {
    let used = try connection.all(
      "SELECT DISTINCT address FROM messages WHERE customer = ?1", [.integer(customer.key.rawValue)]
    ) { $0.string(0) }
    return [customer.email, customer.phone].compactMap { $0 } + used
  }

  /// Removes everything about a person and suppresses the addresses, and the id where it is one, for good and on every
  /// channel. What is left names nobody: keys of the ledger, and salted digests of the addresses.
  ///
  /// - Returns: whether there was such a customer.
  package func forget(customerID: String, at: Instant) throws -> Bool {
    // A message that is being decided now must not be written for a customer who is gone.
    try markChanged(customerKeys(ids: [customerID]).compactMap(\.self))
    let customer = try customer(id: customerID)
    try Dialect.eraseOnDelete(true, connection.dialect).map { try connection.execute($0) }
    let setAside =
      try connection.run("DELETE FROM quarantine WHERE customer = ?1", [.text(customerID)])
      + forgetKept(about: person(customerID, customer))
    if setAside > 0 || customer != nil { journal(.forgotten, customers: [customerID], channel: nil, at: at) }
    if let customer { try forget(customer, at: at) }
    try Dialect.eraseOnDelete(false, connection.dialect).map { try connection.execute($0) }
    return setAside > 0 || customer != nil
  }

  private func forget(_ customer: Customer, at: Instant) throws {
    try suppressForgotten(addresses(of: customer) + [customer.id], at: at)
    let key: [SQLValue] = [.integer(customer.key.rawValue)]
    try connection.run(
      "DELETE FROM attempts WHERE message IN (SELECT key FROM messages WHERE customer = ?1)", key)
    try connection.run(
      "DELETE FROM decisions WHERE enrollment IN (SELECT key FROM enrollments WHERE customer = ?1)", key)
    for table in ["messages", "enrollments", "events", "orders", "order_books", "carts", "consents"] {
      try connection.run(SQLText("DELETE FROM \(table) WHERE customer = ?1"), key)
    }
    try connection.run("DELETE FROM customers WHERE key = ?1", key)
    try connection.run(
      "INSERT INTO meta (name, value) VALUES ('forgotten', '1') ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)"
    )
  }
}

extension Row {
  /// Columns that hold an instant.
  private static let instants: Set<ExactText> = [
    "at", "joined_at", "placed_at", "cancelled_at", "refunded_at", "created_at",
  ]

  /// The lines of an order with the names of their fields.
  fileprivate func lines(_ column: Int) throws -> JSON {
    let stored = try json(column).arrayValue ?? []
    return .array(
      stored.compactMap { OrderLine(stored: $0) }.map { line in
        [
          "sku": .string(line.sku), "name": line.name.map { .string($0) } ?? .null,
          "quantity": .integer(Int64(line.quantity)), "price": line.price.map { .integer($0) } ?? .null,
        ]
      })
  }

  fileprivate func returned(_ column: Int) throws -> JSON {
    .array(
      try ReturnedLine.lines(self, column).map { line in
        ["sku": .string(line.sku), "quantity": .integer(Int64(line.quantity))]
      })
  }

  fileprivate func json(of value: SQLValue, _ name: String) -> JSON {
    switch value {
    case .integer(let milliseconds) where Self.instants.contains(name):
      .string(Timestamp.text(milliseconds: milliseconds))
    case .null: .null
    case .integer(let integer): .integer(integer)
    case .real(let real): .number(real)
    case .blob(let bytes): .string(Hex.text(bytes))
    // Columns of JSON are given as what they hold.
    case .text(let text):
      text.utf8.first == UInt8(ascii: "{") || text.utf8.first == UInt8(ascii: "[")
        ? (try? JSON.parse(text, limits: .stored)) ?? .string(text) : .string(text)
    }
  }
}
