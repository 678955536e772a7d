internal import Domain
internal import Platform

extension Order {
  static let columns =
    "o.id, o.placed_at, o.cancelled_at, o.refunded_at, o.total, o.refunded, o.currency, o.cart_id, o.received_at, o.lines, o.returned"

  init(_ row: borrowing Row, from column: Int = 0) throws {
    guard let currency = Currency(row.string(column + 6)) else {
      throw SQLError(.corrupt, "order '\(row.string(column))' has no currency")
    }
    self.init(
      id: row.string(column), placedAt: row.optionalInstant(column + 1),
      total: Money(minorUnits: row.int64(column + 4), currency: currency),
      lines: try OrderLine.lines(row, column + 9),
      cartID: row.optionalString(column + 7), cancelledAt: row.optionalInstant(column + 2),
      refundedAt: row.optionalInstant(column + 3), refunded: row.int64(column + 5),
      returned: row.isNull(column + 10) ? [] : try ReturnedLine.lines(row, column + 10),
      receivedAt: row.instant(column + 8))
    // An import may have told the order after its refund.
    if !returned.isEmpty { settleReturns() }
  }

  /// `id, customer, placed_at, cancelled_at, refunded_at, total, refunded, currency, cart_id, received_at, lines, returned`.
  func bind(to binder: any SQLBinder, customer: CustomerKey) throws {
    try bind(to: binder, customer: customer, lines: storedLines)
  }

  /// The same with the lines as they are stored.
  func bind(to binder: any SQLBinder, customer: CustomerKey, lines: String) throws {
    try binder.bind(id)
    try binder.bind(customer)
    try binder.bind(placedAt)
    try binder.bind(cancelledAt)
    try binder.bind(refundedAt)
    try binder.bind(total.minorUnits)
    try binder.bind(refunded)
    try binder.bind(total.currency.code)
    try binder.bind(cartID)
    try binder.bind(receivedAt)
    try binder.bind(lines)
    try binder.bind(returned.isEmpty ? nil : ReturnedLine.stored(returned))
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
  /// `[sku, quantity, price, name, currency]`, cut behind the last that is there.
  func write(to writer: inout JSONWriter) {
    writer.array { writer in
      writer.value(sku)
      writer.value(quantity)
      if let price { writer.value(price) } else { writer.null() }
      if let name { writer.value(name) } else if currency != nil { writer.null() }
      if let currency { writer.value(currency.code) }
    }
  }

  /// Nearly always as `write(to:)` leaves them, without anything escaped: read without a tree then.
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
  /// `[[sku, quantity, priced], ...]`, 1 where the price is a part of the sum already.
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
