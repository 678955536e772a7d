package import Domain
internal import Platform

extension Transaction {
  /// Everything stored about a person, for handing over: times in ISO 8601 and UTC, amounts in minor units of the
  /// currency beside them. `nil` when nothing is stored about the person.
  package func export(customerID: String) throws -> JSON? {
    let customer = try customer(id: customerID)
    let kept = try exportKept(about: person(customerID, customer))
    var export = JSONObject()
    // Somebody of whom nothing could be stored but what was set aside has an id alone.
    if customer == nil { export["customer"] = ["id": .string(customerID)] }
    var isKnown = customer != nil
    for data in Schema.personalData {
      guard case .section(let name, let sql) = data.export,
        let owner = owner(of: data, customerID, customer)
      else { continue }
      var rows = try connection.all(sql, [owner]) { try $0.exported() }
      if data.isByShopID {
        rows += kept
        isKnown = isKnown || !rows.isEmpty
      }
      if case .customer = data.belonging {
        export[name] = rows.first ?? .null
      } else {
        export[name] = .array(rows)
      }
    }
    return isKnown ? .object(export) : nil
  }

  /// The person as the table's rows name one; `nil` where they name a customer's number and there is none.
  private func owner(of data: PersonalData, _ id: String, _ customer: Customer?) -> SQLValue? {
    data.isByShopID ? .text(id) : customer.map { .integer($0.key.rawValue) }
  }

  /// Whom to look for in requests that were kept unread: by the current addresses, and by earlier ones as found in the
  /// messages that went there.
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
  /// - Returns: whether anything was stored about the person.
  package func forget(customerID: String, at: Instant) throws -> Bool {
    // A message that is being decided now must not be written for a customer who is gone.
    try markChanged(customerKeys(ids: [customerID]).compactMap(\.self))
    let customer = try customer(id: customerID)
    try Dialect.eraseOnDelete(true, connection.dialect).map { try connection.execute($0) }
    let setAside =
      try forgetKept(about: person(customerID, customer))
      + removeRows(of: .text(customerID)) { $0.isByShopID }
    let isKnown = customer != nil || setAside > 0
    if isKnown { journal(.forgotten, customers: [customerID], channel: nil, at: at) }
    if let customer { try forget(customer, at: at) }
    try Dialect.eraseOnDelete(false, connection.dialect).map { try connection.execute($0) }
    return isKnown
  }

  private func forget(_ customer: Customer, at: Instant) throws {
    try suppressForgotten(addresses(of: customer) + [customer.id], at: at)
    try removeRows(of: .integer(customer.key.rawValue)) { !$0.isByShopID }
    try connection.run(
      "INSERT INTO meta (name, value) VALUES ('forgotten', '1') ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)"
    )
  }

  /// - Returns: how many rows there were.
  @discardableResult
  private func removeRows(of owner: SQLValue, where isMeant: (PersonalData) -> Bool) throws -> Int {
    try Schema.personalData.reversed().filter(isMeant).compactMap(\.removal).reduce(0) {
      try $0 + connection.run($1, [owner])
    }
  }
}

extension Row {
  /// The row with the names of its columns.
  fileprivate func exported() throws -> JSON {
    var object = JSONObject()
    for column in 0..<columnCount {
      let name = columnName(column)
      object[name] =
        switch name {
        case "lines": try lines(column)
        case "details" where !isNull(column): OrderDetails(stored: try json(column)).told
        case "returned" where !isNull(column): try returned(column)
        default: json(of: value(column), name)
        }
    }
    return .object(object)
  }

  /// Columns that hold an instant.
  private static let instants: Set<ExactText> = [
    "at", "joined_at", "placed_at", "pending_at", "cancelled_at", "refunded_at", "created_at", "fires_at",
    "next_due_at",
  ]

  /// The lines of an order with the names of their fields.
  private func lines(_ column: Int) throws -> JSON {
    let stored = try json(column).arrayValue ?? []
    return .array(
      stored.compactMap { OrderLine(stored: $0) }.map { line in
        [
          "sku": .string(line.sku), "name": line.name.map { .string($0) } ?? .null,
          "quantity": .integer(Int64(line.quantity)), "price": line.price.map { .integer($0) } ?? .null,
        ]
      })
  }

  private func returned(_ column: Int) throws -> JSON {
    .array(
      try ReturnedLine.lines(self, column).map { line in
        ["sku": .string(line.sku), "quantity": .integer(Int64(line.quantity))]
      })
  }

  private func json(of value: SQLValue, _ name: String) -> JSON {
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
