internal import Domain
internal import Platform

extension Transaction {
  /// Exports everything stored about a person: times in ISO 8601 and UTC, amounts in minor units of the
  /// currency next to them.
  ///
  /// Passes it on in parts, one at a time: each is an object with one member, and lists of the same name
  /// belong together. Lists are sorted by time, but those longer than `sortedRows` are in table order.
  ///
  /// - Returns: false if nothing is stored about the person; then there was no part.
  package func export(customerID: String, part: (JSON) throws -> Void) throws -> Bool {
    let customer = try customer(id: customerID)
    let ids = ids(customerID, customer)
    let kept = try ids.flatMap { try exportKept(about: person($0, customer)) }
    if customer == nil {
      let isKnown = try Schema.personalData.contains { data in
        guard data.isByShopID, case .section(_, let sql, _) = data.export else { return false }
        return try !kept.isEmpty || count(sql, .text(customerID)) > 0
      }
      guard isKnown else { return false }
      // A person about whom only quarantined work is stored has only an id.
      try part(["customer": ["id": .string(customerID)]])
    }
    for data in Schema.personalData {
      guard case .section(let name, let sql, let order) = data.export else { continue }
      let owners = owners(of: data, ids, customer)
      guard let owner = owners.first else { continue }
      if case .customer = data.belonging {
        try part([name: connection.first(SQLText(sql), [owner]) { try $0.exported() } ?? .null])
        if let names = customer?.names { try part(["names": names.exported]) }
        continue
      }
      var rows: [JSON] = []
      var bytes = 0
      var isSent = false
      for owner in owners {
        try forEachRow(of: sql, in: order, owner, cursor: name) { row in
          rows.append(try row.exported())
          for column in 0..<row.columnCount { bytes += row.byteCount(column) }
          guard bytes > Self.partBytes || rows.count == Self.partRows else { return }
          try part([name: .array(rows)])
          (rows, bytes, isSent) = ([], 0, true)
        }
      }
      if data.isByShopID { rows += kept }
      if !rows.isEmpty || !isSent { try part([name: .array(rows)]) }
    }
    return true
  }

  /// The longest list that is sorted: enough for a person, not for a crowd.
  private static let sortedRows = 5000
  /// The approximate size of a part.
  private static let partBytes = 256 << 10
  private static let partRows = 500

  private func count(_ sql: String, _ owner: SQLValue) throws -> Int64 {
    try connection.integer(SQLText("SELECT count(*) FROM (\(sql)) AS found"), [owner]) ?? 0
  }

  /// Passes the rows on one by one.
  private func forEachRow(
    of sql: String, in order: String, _ owner: SQLValue, cursor name: String,
    _ body: (borrowing Row) throws -> Void
  ) throws {
    let isSorted = try !order.isEmpty && count(sql, owner) <= Self.sortedRows
    try forEachRow(of: isSorted ? "\(sql) ORDER BY \(order)" : sql, [owner], cursor: name, body)
  }

  /// Passes on the rows of a statement, in bounded memory.
  func forEachRow(
    of sql: String, _ values: [SQLValue], cursor name: String, _ body: (borrowing Row) throws -> Void
  ) throws {
    guard connection.dialect == .postgresql else { return try connection.query(SQLText(sql), values, body) }
    // Otherwise the server would send all rows at once.
    try connection.run(SQLText("DECLARE export_\(name) NO SCROLL CURSOR FOR \(sql)"), values)
    var count = Self.partRows
    while count == Self.partRows {
      count = 0
      try connection.query(SQLText("FETCH \(Self.partRows) FROM export_\(name)")) { row in
        count += 1
        try body(row)
      }
    }
    try connection.run(SQLText("CLOSE export_\(name)"))
  }

  /// The values by which the table's rows refer to the person; empty if they use a customer's number and there is
  /// none.
  private func owners(of data: PersonalData, _ ids: [String], _ customer: Customer?) -> [SQLValue] {
    data.isByShopID ? ids.map { .text($0) } : customer.map { [.integer($0.key.rawValue)] } ?? []
  }
}

extension CustomerNames {
  /// Each id, with the time since when it has been the customer's.
  fileprivate var exported: JSON {
    .array(
      others.map { name in
        ["id": .string(name.id), "at": .string(Timestamp.text(milliseconds: name.at.milliseconds))]
      })
  }
}

extension Row {
  /// The row with its column names.
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

  /// Columns of instants.
  private static let instants: Set<ExactText> = [
    "at", "joined_at", "placed_at", "pending_at", "told_at", "cancelled_at", "refunded_at", "created_at",
    "fires_at",
    "next_due_at",
  ]

  /// The lines of an order with their field names.
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
    // JSON columns are exported as their contents.
    case .text(let text):
      text.utf8.first == UInt8(ascii: "{") || text.utf8.first == UInt8(ascii: "[")
        ? (try? JSON.parse(text, limits: .stored)) ?? .string(text) : .string(text)
    }
  }
}
