internal import Domain
internal import Platform

/// Reads the cells of an order's rows.
struct OrderCells {
  let cells: CellReader
  let columns: Columns
  /// The columns with a whole order line in each cell.
  let lineItems: [Int]

  struct Columns {
    let orderID: Int
    let customerID: Int
    /// Identifies a guest; also an address of the customer.
    let email: Int
    /// Identifies a customer without an email address; also an address of the customer.
    let phone: Int
    let placedAt: Int
    let total: Int
    let currency: Int
    let status: Int
    let cancelledAt: Int
    let refundedAt: Int
    let refunded: Int
    let cartID: Int
    let sku: Int
    let name: Int
    let quantity: Int
    let price: Int
    let discount: Int
    let shipping: Int
    let coupons: Int
    let store: Int
  }

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    lineItems = mapping.lineItems
    let column = mapping.place(of:)
    columns = Columns(
      orderID: column(.orderID), customerID: column(.customerID), email: column(.email),
      phone: column(.phone),
      placedAt: column(.placedAt),
      total: column(.total),
      currency: column(.currency), status: column(.status), cancelledAt: column(.cancelledAt),
      refundedAt: column(.refundedAt), refunded: column(.refunded), cartID: column(.cartID),
      sku: column(.sku), name: column(.name),
      quantity: column(.quantity), price: column(.price), discount: column(.discount),
      shipping: column(.shipping), coupons: column(.coupons), store: column(.store))
  }

  func id(_ row: borrowing CSVReader) throws(ImportRowError) -> String {
    try cells.checkColumns(row)
    return try cells.identifier(columns.orderID, row)
  }

  func error(_ problem: ImportRowError.Problem, _ row: borrowing CSVReader) -> ImportRowError {
    cells.error(problem, nil, row)
  }

  func header(_ row: borrowing CSVReader, _ new: inout PendingOrder) throws(ImportRowError) {
    let (id, contact) = try cells.named(columns.customerID, row, phone: columns.phone, email: columns.email)
    new.customerID = id
    new.contact = contact
    reach(row, &new)
    let placedAt = try cells.requiredInstant(columns.placedAt, row)
    new.placedAt = placedAt
    new.order.placedAt = placedAt
    new.order.receivedAt = cells.context.now
    let currency = try cells.currency(columns.currency, row)
    new.order.total.currency = currency
    new.hasTotal = false
    if let total = try cells.amount(columns.total, row, currency) {
      new.order.total.minorUnits = total
      new.hasTotal = true
    }
    new.order.cartID = optional(.cartID, columns.cartID, row, &new) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: 255)
    }
    details(row, currency, &new)
    let status = try cells.state(columns.status, row) ?? .placed
    if status == .unpaid {
      new.order.placedAt = nil
      new.order.pendingAt = placedAt
    }
    new.cancelledAt = try cells.instant(columns.cancelledAt, row) ?? (status == .cancelled ? placedAt : nil)
    new.refundedAt = try cells.instant(columns.refundedAt, row)
    new.isRefunded = status == .refunded
    new.refund = refund(columns.refunded, row, currency, &new)
  }

  /// Reads the optional fields.
  private func details(_ row: borrowing CSVReader, _ currency: Currency, _ new: inout PendingOrder) {
    let discount = optional(.discount, columns.discount, row, &new) { column, row throws(ImportRowError) in
      try cells.unsigned(column, row, currency)
    }
    new.order.details.discount = discount ?? 0
    new.order.details.shipping = optional(.shipping, columns.shipping, row, &new) {
      column, row throws(ImportRowError) in try cells.amount(column, row, currency)
    }
    let coupons = optional(.coupons, columns.coupons, row, &new) { column, row throws(ImportRowError) in
      try cells.coupons(column, row)
    }
    new.order.details.coupons = coupons ?? []
    new.order.details.store = optional(.store, columns.store, row, &new) {
      column, row throws(ImportRowError) in
      try cells.text(column, row, limit: OrderDetails.maximumBytes)
    }
  }

  /// Throws if a further row of an order contradicts what its first row says about the whole order.
  func checkHeader(_ row: borrowing CSVReader, _ order: inout PendingOrder) throws(ImportRowError) {
    repeatRefund(row, &order)
    try checkCustomer(columns.customerID, row, order)
    try checkTime(columns.placedAt, row, order)
    try checkTotal(columns.total, row, order)
  }

  private func checkCustomer(
    _ column: Int, _ row: borrowing CSVReader, _ order: PendingOrder
  ) throws(ImportRowError) {
    guard !row.isEmpty(column), let told = cells.raw(column, row), !cells.isGuest(told) else { return }
    let customer = try cells.customer(column, row)
    guard customer != order.customerID else { return }
    throw cells.error(
      .orderDiffers(order: order.order.id, from: order.customerID, in: customer), column, row)
  }

  private func checkTime(
    _ column: Int, _ row: borrowing CSVReader, _ order: PendingOrder
  ) throws(ImportRowError) {
    guard let placedAt = try cells.instant(column, row), placedAt != order.placedAt else { return }
    throw cells.error(
      .orderDiffers(order: order.order.id, from: order.placedAt.iso8601, in: placedAt.iso8601), column, row)
  }

  private func checkTotal(
    _ column: Int, _ row: borrowing CSVReader, _ order: PendingOrder
  ) throws(ImportRowError) {
    let known = order.order.total
    guard let total = try cells.amount(column, row, known.currency), total != known.minorUnits else { return }
    throw cells.error(
      .orderDiffers(
        order: order.order.id, from: cells.written(known),
        in: cells.written(Money(minorUnits: total, currency: known.currency))), column, row)
  }

  /// All errors in a row.
  ///
  /// - Parameters:
  ///   - needs: whether it is the first row of an order, which must have the fields of the order as a whole.
  ///   - order: the order that it continues; errors in its first row are not reported again.
  func problems(
    _ row: borrowing CSVReader, _ first: ImportRowError, needs: Bool = false, of order: PendingOrder? = nil
  ) -> ImportRowError {
    if case .unreadableWithin = first.problem { return first }
    guard row.count == cells.headers.count else { return first }
    var problems = RowProblems(first)
    let currency = order?.order.total.currency ?? (try? cells.currency(columns.currency, row))
    if needs {
      problems.look(columns.customerID, row) { column, row throws(ImportRowError) in
        try cells.customer(column, row, phone: columns.phone, email: columns.email)
      }
    }
    if let order {
      if !order.isHeaderBroken {
        problems.look(columns.customerID, row) { column, row throws(ImportRowError) in
          try checkCustomer(column, row, order)
        }
        problems.look(columns.placedAt, row) { column, row throws(ImportRowError) in
          try checkTime(column, row, order)
        }
        problems.look(columns.total, row) { column, row throws(ImportRowError) in
          try checkTotal(column, row, order)
        }
      }
    } else {
      problems.look(columns.placedAt, row) { column, row throws(ImportRowError) in
        if needs { _ = try cells.requiredInstant(column, row) } else { _ = try cells.instant(column, row) }
      }
      problems.look(columns.currency, row, cells.currency)
      look(columns.total, row, currency, &problems)
      problems.look(columns.cartID, row) { column, row throws(ImportRowError) in
        try cells.text(column, row, limit: 255)
      }
      if let currency {
        problems.look(columns.discount, row) { column, row throws(ImportRowError) in
          try cells.unsigned(column, row, currency)
        }
        problems.look(columns.refunded, row) { column, row throws(ImportRowError) in
          try cells.unsigned(column, row, currency)
        }
      }
      look(columns.shipping, row, currency, &problems)
      problems.look(columns.coupons, row, cells.coupons)
      problems.look(columns.store, row) { column, row throws(ImportRowError) in
        try cells.text(column, row, limit: OrderDetails.maximumBytes)
      }
      problems.look(columns.status, row, cells.state)
      problems.look(columns.cancelledAt, row, cells.instant)
      problems.look(columns.refundedAt, row, cells.instant)
    }
    problems.add(lineItemProblems(row, currency))
    problems.look(columns.sku, row) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: 255)
    }
    // Without a product the rest of the line is ignored.
    guard !row.isEmpty(columns.sku) else { return problems.all }
    problems.look(columns.name, row) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: TextLimits.name)
    }
    problems.look(columns.quantity, row, cells.quantity)
    look(columns.price, row, currency, &problems)
    return problems.all
  }

  /// - Parameter currency: decides how many decimals an amount may have; `nil` skips the check.
  private func look(
    _ column: Int, _ row: borrowing CSVReader, _ currency: Currency?, _ problems: inout RowProblems
  ) {
    guard let currency else { return }
    problems.look(column, row) { column, row throws(ImportRowError) in
      try cells.amount(column, row, currency)
    }
  }

  /// Appends the order lines in this row.
  func lines(_ row: borrowing CSVReader, _ new: inout PendingOrder) throws(ImportRowError) {
    if !lineItems.isEmpty { try appendLineItems(row, &new) }
    guard let sku = try cells.text(columns.sku, row, limit: 255) else { return try tellUnnamed(row, &new) }
    let name = optional(.name, columns.name, row, &new) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: TextLimits.name)
    }
    let currency = new.order.total.currency
    // Without a total, the order's is the sum of its lines, so a price must not be left out.
    let price =
      new.hasTotal
      ? optional(.price, columns.price, row, &new) { column, row throws(ImportRowError) in
        try cells.amount(column, row, currency)
      }
      : try cells.amount(columns.price, row, currency)
    new.order.lines.append(
      OrderLine(sku: sku, name: name, quantity: try cells.quantity(columns.quantity, row), price: price))
  }

  /// Reports a line with a name and without a product, in a file whose other lines have one.
  private func tellUnnamed(_ row: borrowing CSVReader, _ new: inout PendingOrder) throws(ImportRowError) {
    guard columns.sku >= 0, let name = cells.raw(columns.name, row) else { return }
    let error = cells.error(.noProduct(name), columns.sku, row)
    guard new.hasTotal else { throw error }
    new.leaveOut(error.with(.importedWithoutLine))
  }

  /// Reads an optional field: if that fails, the order is imported without it.
  func optional<T>(
    _ field: ImportField, _ column: Int, _ row: borrowing CSVReader, _ new: inout PendingOrder,
    _ read: (Int, borrowing CSVReader) throws(ImportRowError) -> T?
  ) -> T? {
    if row.isEmpty(column) { return nil }
    var left: [ImportRowError] = []
    let value = cells.optional(field, column, row, &left, read)
    if let error = left.first { new.leaveOut(error) }
    return value
  }
}
