internal import Domain
internal import Platform

extension Order {
  enum Column: Int, TableColumn {
    case id, placedAt, cancelledAt, refundedAt, total, refunded, currency, cartID, receivedAt, lines,
      returned,
      pendingAt, details, toldAt, refundTold

    static let all = allCases
    /// The position of the customer, after the order's own columns.
    static let customer = all.count
  }

  /// The columns of a stored row: the order's and the customer.
  static let rowNames = Column.all.names + ["customer"]

  /// `isTold` for a stored row: an order known only from a cancellation or a refund has no owner yet.
  static let isToldInStore = "(orders.placed_at IS NOT NULL OR orders.pending_at IS NOT NULL)"

  /// `refunded` for a stored row of this alias.
  static func refundedInStore(_ row: String) -> String {
    "(CASE WHEN \(row).refund_told > \(row).refunded THEN \(row).refund_told ELSE \(row).refunded END)"
  }

  /// Selects rows for `init(_:)`, with the customer last; append a condition.
  static let select = "SELECT \(SQL.list(rowNames)) FROM orders"

  init(_ row: borrowing Row) throws {
    guard let currency = Currency(row.string(Column.currency)) else {
      throw SQLError(.corrupt, "order '\(row.string(Column.id))' has no currency")
    }
    self.init(
      id: row.string(Column.id), placedAt: row.optionalInstant(Column.placedAt),
      pendingAt: row.optionalInstant(Column.pendingAt),
      total: Money(minorUnits: row.int64(Column.total), currency: currency),
      lines: try OrderLine.lines(row, Column.lines.rawValue),
      cartID: row.optionalString(Column.cartID), cancelledAt: row.optionalInstant(Column.cancelledAt),
      toldAt: row.optionalInstant(Column.toldAt),
      refundedAt: row.optionalInstant(Column.refundedAt), refunded: row.int64(Column.refunded),
      refundTold: row.isNull(Column.refundTold) ? 0 : row.int64(Column.refundTold),
      returned: row.isNull(Column.returned) ? [] : try ReturnedLine.lines(row, Column.returned.rawValue),
      details: row.isNull(Column.details)
        ? OrderDetails() : OrderDetails(stored: try row.json(Column.details)),
      receivedAt: row.instant(Column.receivedAt))
    // An import may have added the order after its refund.
    if !returned.isEmpty { settleReturns() }
  }

  /// The size of the columns without a fixed limit.
  static func storedBytes(_ row: borrowing Row) -> Int {
    row.byteCount(Column.lines) + row.byteCount(Column.returned) + row.byteCount(Column.details)
  }

  /// - Parameter lines: the order's `storedLines`.
  func bind(_ column: Column, lines: String, to binder: any SQLBinder) throws {
    switch column {
    case .id: try binder.bind(id)
    case .placedAt: try binder.bind(placedAt)
    case .cancelledAt: try binder.bind(cancelledAt)
    case .refundedAt: try binder.bind(refundedAt)
    case .total: try binder.bind(total.minorUnits)
    case .refunded: try binder.bind(refunds)
    case .refundTold: if refundTold == 0 { try binder.bindNull() } else { try binder.bind(refundTold) }
    case .currency: try binder.bind(total.currency.code)
    case .cartID: try binder.bind(cartID)
    case .receivedAt: try binder.bind(receivedAt)
    case .lines: try binder.bind(lines)
    case .returned: try binder.bind(returned.isEmpty ? nil : ReturnedLine.stored(returned))
    case .pendingAt: try binder.bind(pendingAt)
    case .details: try binder.bind(details.isEmpty ? nil : details.stored)
    case .toldAt: try binder.bind(toldAt)
    }
  }

  var storedLines: String {
    if lines.isEmpty { return "[]" }
    var writer = JSONWriter(reserving: 32 * lines.count)
    writeLines(to: &writer)
    return writer.text
  }

  func writeLines(to writer: inout JSONWriter) {
    writer.array { writer in for line in lines { line.write(to: &writer) } }
  }
}

extension OrderLine {
  /// `[sku, quantity, price, name, currency]`, without trailing nulls.
  func write(to writer: inout JSONWriter) {
    writer.array { writer in
      writer.value(sku)
      writer.value(quantity)
      if let price { writer.value(price) } else { writer.null() }
      if let name { writer.value(name) } else if currency != nil { writer.null() }
      if let currency { writer.value(currency.code) }
    }
  }

  /// Parses the lines without a JSON tree if they are as `write(to:)` writes them and contain no escapes, which is
  /// nearly always the case.
  static func lines(_ row: borrowing Row, _ column: Int) throws -> [OrderLine] {
    if let lines = row.withUTF8(column, { StoredLines.read($0) }) { return lines }
    return try row.json(column).arrayValue?.compactMap { OrderLine(stored: $0) } ?? []
  }

  init?(stored json: JSON) {
    guard let sku = json[0]?.stringValue, let quantity = json[1]?.integerValue else { return nil }
    self.init(
      sku: sku, name: json[3]?.stringValue, quantity: Int(quantity), price: json[2]?.integerValue,
      currency: json[4]?.stringValue.flatMap { Currency($0) })
  }
}

extension ReturnedLine {
  /// `[[sku, quantity, priced], ...]`, with 1 if the price is already part of the sum.
  static func stored(_ lines: [ReturnedLine]) -> String {
    var writer = JSONWriter(reserving: 24 * lines.count)
    writer.array { writer in
      for line in lines {
        writer.array { writer in
          writer.value(line.sku)
          writer.value(line.quantity)
          writer.value(line.isPriced ? 1 : 0)
        }
      }
    }
    return writer.text
  }

  static func lines(_ row: borrowing Row, _ column: Int) throws -> [ReturnedLine] {
    try row.json(column).arrayValue?.compactMap { json in
      guard let sku = json[0]?.stringValue, let quantity = json[1]?.integerValue else { return nil }
      return ReturnedLine(sku: sku, quantity: Int(quantity), isPriced: json[2]?.integerValue != 0)
    } ?? []
  }
}
