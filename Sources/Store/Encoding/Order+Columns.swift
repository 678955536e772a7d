internal import Domain
internal import Platform

extension Order {
  static let columns =
    "o.id, o.placed_at, o.cancelled_at, o.refunded_at, o.total, o.refunded, o.currency, o.cart_id, o.received_at, o.lines"

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
      receivedAt: row.instant(column + 8))
  }

  /// `id, customer, placed_at, cancelled_at, refunded_at, total, refunded, currency, cart_id, received_at, lines`.
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
  /// `[sku, quantity, price, name]`, without the name when there is none.
  func write(to writer: inout JSONWriter) {
    writer.array { writer in
      writer.value(sku)
      writer.value(quantity)
      writer.value(price)
      if let name { writer.value(name) }
    }
  }

  /// Nearly always as `write(to:)` leaves them, without anything escaped: read without a tree then.
  static func lines(_ row: borrowing Row, _ column: Int) throws -> [OrderLine] {
    if let lines = row.withUTF8(column, { StoredLines.read($0) }) { return lines }
    return try row.json(column).arrayValue?.compactMap { OrderLine(stored: $0) } ?? []
  }

  init?(stored json: JSON) {
    guard let sku = json[0]?.stringValue, let quantity = json[1]?.integerValue,
      let price = json[2]?.integerValue
    else { return nil }
    self.init(sku: sku, name: json[3]?.stringValue, quantity: Int(quantity), price: price)
  }
}

extension Cart {
  init(_ row: borrowing Row, id idColumn: Int, url: Int, changes: Int) throws {
    let stored = try row.json(changes).arrayValue ?? []
    self.init(
      id: row.string(idColumn), changes: stored.compactMap { CartChange(stored: $0) },
      url: row.optionalString(url))
  }

  var storedChanges: String {
    var writer = JSONWriter(reserving: 64 * changes.count)
    writer.array { writer in for change in changes { change.write(to: &writer) } }
    return writer.text
  }
}

extension CartChange {
  /// `[id, at, word, ...]`, where what follows depends on the word.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.array { writer in
      writer.value(id)
      writer.value(at.milliseconds)
      switch kind {
      case .add(let line):
        writer.value("add")
        line.write(to: &writer)
      case .remove(let sku, let quantity):
        writer.value("remove")
        writer.value(sku)
        if let quantity { writer.value(quantity) }
      case .replace(let lines):
        writer.value("replace")
        writer.array { writer in for line in lines { line.write(to: &writer) } }
      case .clear: writer.value("clear")
      case .ordered(let orderID):
        writer.value("ordered")
        writer.value(orderID)
      case .touch: writer.value("touch")
      }
    }
  }

  fileprivate init?(stored json: JSON) {
    guard let id = json[0]?.stringValue, let at = json[1]?.integerValue, let word = json[2]?.stringValue
    else { return nil }
    let kind: Kind
    switch word {
    case "add":
      guard let line = json[3].flatMap({ OrderLine(stored: $0) }) else { return nil }
      kind = .add(line)
    case "remove":
      guard let sku = json[3]?.stringValue else { return nil }
      kind = .remove(sku: sku, quantity: json[4]?.integerValue.map { Int($0) })
    case "replace": kind = .replace(json[3]?.arrayValue?.compactMap { OrderLine(stored: $0) } ?? [])
    case "clear": kind = .clear
    case "ordered":
      guard let order = json[3]?.stringValue else { return nil }
      kind = .ordered(orderID: order)
    case "touch": kind = .touch
    default: return nil
    }
    self.init(id: id, at: Instant(milliseconds: at), kind: kind)
  }
}
