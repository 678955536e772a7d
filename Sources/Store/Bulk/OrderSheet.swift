package import Domain
internal import Platform

/// Orders from a file on their way into the store, packed, with their long columns already encoded.
///
/// They take about as many bytes as in the file, where `Order` values take ten times as many. So a batch can
/// be large enough to walk the table from end to end, instead of jumping around in it for many small batches.
package struct OrderSheet: Sendable {
  /// When Reprise received them.
  package let receivedAt: Instant
  /// Their customers' shop ids.
  private(set) var customers = InternedTexts()
  private var rows: [Row] = []
  /// For each row: its id, cart and lines as stored.
  private var texts: [UInt8] = []
  private var ids = HashSlots()
  private var currencies: [Currency] = []
  private var extras: [Int: Extra] = [:]
  /// Whether any order has contact details of its customer.
  package private(set) var hasContacts = false
  private var writer = JSONWriter()
  /// Rows that repeat the order id of an earlier row; after all others in a sealed sheet.
  private var repeats: [Int] = []
  /// In a sealed sheet, the first row of each customer, and the end of the last one's rows.
  private var starts: [Int] = []

  private struct Row {
    /// `Int64.min` if the order is not paid for yet.
    var placedAt: Int64
    var total: Int64
    var textStart: Int
    var customer: UInt32
    var idLength: UInt8
    /// 0 without a cart.
    var cartLength: UInt8
    var currency: UInt16
  }

  /// Fields that only few orders of a file have.
  private struct Extra {
    var pendingAt: Instant?
    var cancelledAt: Instant?
    var refundedAt: Instant?
    var refunds: Int64
    var refundTold: Int64
    var details: OrderDetails
    var contact: OrderContact
  }

  package init(receivedAt: Instant) { self.receivedAt = receivedAt }

  package var count: Int { rows.count }

  /// Adds an order that was placed or is pending; `receivedAt` is the sheet's. The sheet must not be sealed.
  ///
  /// - Parameter contact: the contact details in the order.
  /// - Returns: false, without adding it, if the id of the order or its cart has more than 255 bytes.
  package mutating func append(
    _ order: Order, of customerID: String, contact: OrderContact = OrderContact()
  ) -> Bool {
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
    if order.cancelledAt != nil || order.refundedAt != nil || order.refunds != 0 || order.refundTold != 0
      || order.pendingAt != nil || !order.details.isEmpty || !contact.isEmpty
    {
      extras[rows.count] = Extra(
        pendingAt: order.pendingAt, cancelledAt: order.cancelledAt, refundedAt: order.refundedAt,
        refunds: order.refunds, refundTold: order.refundTold, details: order.details, contact: contact)
      hasContacts = hasContacts || !contact.isEmpty
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

  /// Always fits: there are fewer currency codes than a row can number.
  private mutating func number(of currency: Currency) -> Int {
    if let known = currencies.firstIndex(of: currency) { return known }
    currencies.append(currency)
    return currencies.count - 1
  }

  /// An order as it was added, and its customer's shop id.
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
        refundedAt: extra?.refundedAt, refunded: extra?.refunds ?? 0, refundTold: extra?.refundTold ?? 0,
        details: extra?.details ?? OrderDetails(), receivedAt: receivedAt)
      return (customers[Int(row.customer)], order)
    }
  }

  /// The contact details of its customer in an order.
  package func contact(of index: Int) -> OrderContact { extras[index]?.contact ?? OrderContact() }

  /// When a row's order was placed, or was created without being paid for.
  func time(of index: Int) -> Instant {
    let placedAt = rows[index].placedAt
    return placedAt == .min ? extras[index]?.pendingAt ?? .distantPast : Instant(milliseconds: placedAt)
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

// MARK: - Sealed sheets

extension OrderSheet {
  /// Sorts the customers in index order, and groups the rows of each as the table will have them, so that consecutive
  /// writes are also adjacent in memory. Rows that repeat an order id come last, because the first row with an id
  /// decides who owns the order.
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

  /// The rows of the customer with this number in the sheet, without repeated ones.
  package func rows(of customer: Int) -> Range<Int> { starts[customer]..<starts[customer + 1] }

  /// Rows that repeat the order id of another, in file order.
  package var repeatedRows: Range<Int> { rows.count - repeats.count..<rows.count }

  /// The number within the sheet of the row's customer.
  package func customer(of row: Int) -> Int { Int(rows[row].customer) }

  /// Binds the values of `Order.rowNames`.
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
        case .refunded: try binder.bind(extra?.refunds ?? 0)
        case .refundTold:
          if let told = extra?.refundTold, told != 0 { try binder.bind(told) } else { try binder.bindNull() }
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
        // Files do not give the time as of which their rows hold.
        case .toldAt: try binder.bindNull()
        }
      }
    }
    try binder.bind(customer)
  }
}

extension OrderSheet: Equatable {
  package static func == (a: OrderSheet, b: OrderSheet) -> Bool {
    a.count == b.count && a.receivedAt == b.receivedAt
      && (0..<a.count).allSatisfy { a[$0] == b[$0] && a.contact(of: $0) == b.contact(of: $0) }
  }
}
