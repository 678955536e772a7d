package import Domain
internal import Platform

/// Orders of a file on their way into the store, packed, with their long columns written out already.
///
/// They take about as many bytes as in the file, where values of `Order` take ten times that: so a batch can be large
/// enough to go through the table from end to end, instead of jumping about in it for each of many small ones.
package struct OrderSheet: Sendable {
  /// When Reprise was told of them.
  package let receivedAt: Instant
  /// The shop's ids of their customers.
  private(set) var customers = InternedTexts()
  private var rows: [Row] = []
  /// For each row its id, its cart and its lines as they are stored.
  private var texts: [UInt8] = []
  private var ids = HashSlots()
  private var currencies: [Currency] = []
  private var extras: [Int: Extra] = [:]
  private var writer = JSONWriter()
  /// Rows whose order's id stands in an earlier row too; behind all others in a sheet that is sealed.
  private var repeats: [Int] = []
  /// Where the rows of each customer begin, and where those of the last end, in a sheet that is sealed.
  private var starts: [Int] = []

  private struct Row {
    /// The smallest number for an order that is not paid for yet.
    var placedAt: Int64
    var total: Int64
    var textStart: Int
    var customer: UInt32
    var idLength: UInt8
    /// 0 without a cart.
    var cartLength: UInt8
    var currency: UInt16
  }

  /// What few orders of a file have.
  private struct Extra {
    var pendingAt: Instant?
    var cancelledAt: Instant?
    var refundedAt: Instant?
    var refunded: Int64
    var details: OrderDetails
  }

  package init(receivedAt: Instant) { self.receivedAt = receivedAt }

  package var count: Int { rows.count }

  /// Adds an order that was placed, or is to be paid for yet; `receivedAt` is the sheet's. The sheet must not be sealed.
  ///
  /// - Returns: false, and nothing is added, when the id of the order or of its cart has more than 255 bytes.
  package mutating func append(_ order: Order, of customerID: String) -> Bool {
    guard let idLength = UInt8(exactly: order.id.utf8.count),
      let cartLength = UInt8(exactly: order.cartID?.utf8.count ?? 0)
    else { return false }
    let start = texts.count
    texts.append(contentsOf: order.id.utf8)
    if let cartID = order.cartID { texts.append(contentsOf: cartID.utf8) }
    if order.lines.isEmpty {
      texts.append(contentsOf: "[]".utf8)
    } else {
      writer.removeAll()
      order.writeLines(to: &writer)
      texts.append(contentsOf: writer.bytes)
    }
    if order.cancelledAt != nil || order.refundedAt != nil || order.refunded != 0 || order.pendingAt != nil
      || !order.details.isEmpty
    {
      extras[rows.count] = Extra(
        pendingAt: order.pendingAt, cancelledAt: order.cancelledAt, refundedAt: order.refundedAt,
        refunded: order.refunded, details: order.details)
    }
    if !isNewID(start..<start + Int(idLength)) { repeats.append(rows.count) }
    rows.append(
      Row(
        placedAt: order.placedAt?.milliseconds ?? .min, total: order.total.minorUnits, textStart: start,
        customer: UInt32(number(ofCustomer: customerID)), idLength: idLength, cartLength: cartLength,
        currency: UInt16(number(of: order.total.currency))))
    return true
  }

  private mutating func isNewID(_ range: Range<Int>) -> Bool {
    let (texts, rows) = (texts, rows)
    let hash = texts.withUnsafeBytes { HashSlots.hash(UnsafeRawBufferPointer(rebasing: $0[range])) }
    return ids.number(of: hash, orInsert: rows.count) { number in
      let other = rows[number].textStart
      return texts.withUnsafeBytes { texts in
        InternedTexts.equal(
          UnsafeRawBufferPointer(rebasing: texts[other..<other + Int(rows[number].idLength)]),
          UnsafeRawBufferPointer(rebasing: texts[range]))
      }
    }.isNew
  }

  private mutating func number(ofCustomer id: String) -> Int {
    var id = id
    return id.withUTF8 { customers.number(of: UnsafeRawBufferPointer($0)) }
  }

  /// There are fewer codes of three letters than a row has room for.
  private mutating func number(of currency: Currency) -> Int {
    if let known = currencies.firstIndex(of: currency) { return known }
    currencies.append(currency)
    return currencies.count - 1
  }

  /// An order as it was put in, and the shop's id of its customer.
  package subscript(index: Int) -> (customerID: String, order: Order) {
    let row = rows[index]
    let extra = extras[index]
    return withTexts(of: index) { id, cart, lines in
      let lines = (try? JSON.parse(Array(lines), limits: .stored))?.arrayValue ?? []
      let order = Order(
        id: String(decoding: id, as: UTF8.self),
        placedAt: row.placedAt == .min ? nil : Instant(milliseconds: row.placedAt),
        pendingAt: extra?.pendingAt,
        total: Money(minorUnits: row.total, currency: currencies[Int(row.currency)]),
        lines: lines.compactMap { OrderLine(stored: $0) },
        cartID: cart.isEmpty ? nil : String(decoding: cart, as: UTF8.self), cancelledAt: extra?.cancelledAt,
        refundedAt: extra?.refundedAt, refunded: extra?.refunded ?? 0,
        details: extra?.details ?? OrderDetails(), receivedAt: receivedAt)
      return (customers[Int(row.customer)], order)
    }
  }

  private func withTexts<R>(
    of index: Int,
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    let row = rows[index]
    let cart = row.textStart + Int(row.idLength)
    let lines = cart + Int(row.cartLength)
    let end = index + 1 < rows.count ? rows[index + 1].textStart : texts.count
    return try texts.withUnsafeBytes { texts in
      try body(
        UnsafeRawBufferPointer(rebasing: texts[row.textStart..<cart]),
        UnsafeRawBufferPointer(rebasing: texts[cart..<lines]),
        UnsafeRawBufferPointer(rebasing: texts[lines..<end]))
    }
  }
}

// MARK: - A sheet that is sealed

extension OrderSheet {
  /// Puts the customers in the order of an index, and the rows of each side by side, as the table will have them: what
  /// is written one after the other then also lies so in memory. Rows that repeat an order's id come last, because
  /// whose order it is, the first of them tells.
  package mutating func seal() {
    ids = HashSlots()
    let newNumbers = customers.seal()
    for index in rows.indices { rows[index].customer = newNumbers[Int(rows[index].customer)] }
    let isRepeat = Set(repeats)
    starts = [Int](repeating: 0, count: customers.count + 1)
    for (index, row) in rows.enumerated() where isRepeat.isEmpty || !isRepeat.contains(index) {
      starts[Int(row.customer) + 1] += 1
    }
    for customer in 0..<customers.count { starts[customer + 1] += starts[customer] }
    var places = starts
    var order = [UInt32](repeating: 0, count: rows.count)
    for (index, row) in rows.enumerated() where isRepeat.isEmpty || !isRepeat.contains(index) {
      order[places[Int(row.customer)]] = UInt32(index)
      places[Int(row.customer)] += 1
    }
    for (number, index) in repeats.enumerated() { order[rows.count - repeats.count + number] = UInt32(index) }
    reorder(order)
    repeats = Array(rows.count - repeats.count..<rows.count)
  }

  private mutating func reorder(_ order: [UInt32]) {
    var newTexts: [UInt8] = []
    newTexts.reserveCapacity(texts.count)
    var newRows: [Row] = []
    newRows.reserveCapacity(rows.count)
    var newExtras: [Int: Extra] = [:]
    for old in order.lazy.map({ Int($0) }) {
      if !extras.isEmpty, let extra = extras[old] { newExtras[newRows.count] = extra }
      var row = rows[old]
      let end = old + 1 < rows.count ? rows[old + 1].textStart : texts.count
      texts.withUnsafeBufferPointer { texts in
        newTexts.append(contentsOf: UnsafeBufferPointer(rebasing: texts[row.textStart..<end]))
      }
      row.textStart = newTexts.count - (end - row.textStart)
      newRows.append(row)
    }
    texts = newTexts
    rows = newRows
    extras = newExtras
  }

  package var customerCount: Int { customers.count }

  /// The rows of the customer with this number of the sheet, but for repeated ones.
  package func rows(of customer: Int) -> Range<Int> { starts[customer]..<starts[customer + 1] }

  /// Rows whose order's id stands in another row too, in the order of the file.
  package var repeatedRows: Range<Int> { rows.count - repeats.count..<rows.count }

  /// The number in the sheet of the row's customer.
  package func customer(of row: Int) -> Int { Int(rows[row].customer) }

  /// Values for `Order.rowNames`.
  func bind(_ index: Int, to binder: any SQLBinder, customer: CustomerKey) throws {
    let row = rows[index]
    let extra = extras.isEmpty ? nil : extras[index]
    try withTexts(of: index) { id, cart, lines in
      for column in Order.Column.all {
        switch column {
        case .id: try binder.bind(utf8: id)
        case .placedAt:
          if row.placedAt == .min { try binder.bindNull() } else { try binder.bind(row.placedAt) }
        case .cancelledAt: try binder.bind(extra?.cancelledAt)
        case .refundedAt: try binder.bind(extra?.refundedAt)
        case .total: try binder.bind(row.total)
        case .refunded: try binder.bind(extra?.refunded ?? 0)
        case .currency: try binder.bind(currencies[Int(row.currency)].code)
        case .cartID: if cart.isEmpty { try binder.bindNull() } else { try binder.bind(utf8: cart) }
        case .receivedAt: try binder.bind(receivedAt)
        case .lines: try binder.bind(utf8: lines)
        case .returned: try binder.bindNull()
        case .pendingAt: if let extra { try binder.bind(extra.pendingAt) } else { try binder.bindNull() }
        case .details:
          if let extra, !extra.details.isEmpty {
            try binder.bind(extra.details.stored)
          } else {
            try binder.bindNull()
          }
        }
      }
    }
    try binder.bind(customer)
  }
}

extension OrderSheet: Equatable {
  package static func == (a: OrderSheet, b: OrderSheet) -> Bool {
    a.count == b.count && a.receivedAt == b.receivedAt && (0..<a.count).allSatisfy { a[$0] == b[$0] }
  }
}
