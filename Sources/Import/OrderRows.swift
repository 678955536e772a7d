internal import Domain
internal import Platform
internal import Store

/// Decodes files in which an order is one row, or several consecutive rows with one order line each.
///
/// Fields of the order as a whole may be in its first row only. If one of its rows is wrong, none is imported: half an
/// order would be worse than none.
struct OrderRows: RowDecoder {
  private let reader: OrderCells
  private var pending = PendingOrder()
  private var isPending = false

  /// The most rows of one order; more mean that another column holds the order's id.
  static let rowLimit = 10_000

  init(_ cells: CellReader, _ mapping: ColumnMapping) { reader = OrderCells(cells, mapping) }

  var pendingSince: CSVPosition? { isPending ? pending.since : nil }

  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) throws(ImportError) {
    let id: String
    do {
      id = try reader.id(row)
    } catch {
      pass(unreadable: RejectedRow(cells: row.fields, error: reader.problems(row, error)), into: &batch)
      return
    }
    if !isPending || !pending.order.id.hasSameBytes(as: id) {
      finish(into: &batch)
      begin(id, row)
    } else {
      guard pending.rowCount < Self.rowLimit else {
        throw .orderTooLong(order: id, line: row.recordStart.line, limit: Self.rowLimit)
      }
      go(on: row)
    }
  }

  /// Such a row may belong to the order before it; the next row tells.
  mutating func pass(unreadable row: RejectedRow, into batch: inout DecodedBatch) {
    if isPending { pending.unreadable.append(row) } else { batch.rejected.append(row) }
  }

  mutating func finish(into batch: inout DecodedBatch) {
    guard isPending else { return }
    isPending = false
    do throws(ImportRowError) {
      if let failure = pending.failures.first { throw failure }
      try pending.finish()
      if pending.order.pendingAt != nil { batch.unpaid += 1 }
      // The reader of ids has the same limit.
      _ = batch.orders.append(pending.order, of: pending.customerID)
      batch.imported += 1
      for (row, errors) in pending.faulty {
        batch.partial.append(RejectedRow(cells: row, error: errors[0].with(Array(errors.dropFirst()))))
      }
    } catch {
      for row in pending.rows {
        batch.rejected.append(RejectedRow(cells: row.cells, error: pending.error(of: row, error)))
      }
    }
    batch.rejected += pending.unreadable
  }

  private mutating func begin(_ id: String, _ row: borrowing CSVReader) {
    isPending = true
    pending.begin(id: id, since: row.recordStart, cells: row)
    do {
      try reader.header(row, &pending)
      try reader.lines(row, &pending)
    } catch {
      pending.failures = [reader.problems(row, error, needs: true)]
      pending.isHeaderBroken = true
    }
  }

  private mutating func go(on row: borrowing CSVReader) {
    pending.add(row)
    do throws(ImportRowError) {
      if let between = pending.unreadable.first {
        throw reader.error(.unreadableWithin(order: pending.order.id, line: between.error.line), row)
      }
      if !pending.isHeaderBroken { try reader.checkHeader(row, pending) }
      try reader.lines(row, &pending)
    } catch {
      pending.failures.append(reader.problems(row, error, of: pending))
    }
  }
}

/// Reads the cells of an order's rows.
private struct OrderCells {
  private let cells: CellReader
  private let columns: Columns
  private let lineItems: [Int]

  private struct Columns {
    let orderID: Int
    let customerID: Int
    let placedAt: Int
    let total: Int
    let currency: Int
    let status: Int
    let cancelledAt: Int
    let refundedAt: Int
    let cartID: Int
    let sku: Int
    let name: Int
    let quantity: Int
    let price: Int
  }

  init(_ cells: CellReader, _ mapping: ColumnMapping) {
    self.cells = cells
    lineItems = mapping.lineItems
    func column(_ field: ImportField) -> Int { mapping.column(of: field) ?? -1 }
    columns = Columns(
      orderID: column(.orderID), customerID: column(.customerID), placedAt: column(.placedAt),
      total: column(.total),
      currency: column(.currency), status: column(.status), cancelledAt: column(.cancelledAt),
      refundedAt: column(.refundedAt), cartID: column(.cartID), sku: column(.sku), name: column(.name),
      quantity: column(.quantity), price: column(.price))
  }

  func id(_ row: borrowing CSVReader) throws(ImportRowError) -> String {
    try cells.checkColumns(row)
    return try cells.identifier(columns.orderID, row)
  }

  func error(_ problem: ImportRowError.Problem, _ row: borrowing CSVReader) -> ImportRowError {
    cells.error(problem, nil, row)
  }

  func header(_ row: borrowing CSVReader, _ new: inout PendingOrder) throws(ImportRowError) {
    new.customerID = try cells.customer(columns.customerID, row)
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
    let status = try cells.state(columns.status, row) ?? .placed
    if status == .unpaid {
      new.order.placedAt = nil
      new.order.pendingAt = placedAt
    }
    new.cancelledAt = try cells.instant(columns.cancelledAt, row) ?? (status == .cancelled ? placedAt : nil)
    new.refundedAt = try cells.instant(columns.refundedAt, row) ?? (status == .refunded ? placedAt : nil)
  }

  /// Throws unless the other rows leave out what the first says about the whole order, or repeat it unchanged.
  func checkHeader(_ row: borrowing CSVReader, _ order: PendingOrder) throws(ImportRowError) {
    try checkCustomer(columns.customerID, row, order)
    try checkTime(columns.placedAt, row, order)
    try checkTotal(columns.total, row, order)
  }

  private func checkCustomer(
    _ column: Int, _ row: borrowing CSVReader, _ order: PendingOrder
  ) throws(ImportRowError) {
    guard !row.isEmpty(column), cells.raw(column, row) != nil else { return }
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
      .orderDiffers(order: order.order.id, from: "\(known.minorUnits)", in: "\(total)"), column, row)
  }

  /// All that is wrong in a row.
  ///
  /// - Parameters:
  ///   - needs: whether it is the first of an order, which says what holds for all of it.
  ///   - order: the order that it goes on with; what was wrong in the first row is not looked for again.
  func problems(
    _ row: borrowing CSVReader, _ first: ImportRowError, needs: Bool = false, of order: PendingOrder? = nil
  ) -> ImportRowError {
    if case .unreadableWithin = first.problem { return first }
    guard row.count == cells.headers.count else { return first }
    var problems = RowProblems(first)
    let currency = order?.order.total.currency ?? (try? cells.currency(columns.currency, row))
    if needs { problems.look(columns.customerID, row, cells.customer) }
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
      problems.look(columns.status, row, cells.state)
      problems.look(columns.cancelledAt, row, cells.instant)
      problems.look(columns.refundedAt, row, cells.instant)
    }
    problems.look(columns.sku, row) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: 255)
    }
    // Without a product the rest of a line means nothing.
    guard !row.isEmpty(columns.sku) else { return problems.all }
    problems.look(columns.name, row) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: TextLimits.name)
    }
    problems.look(columns.quantity, row, cells.quantity)
    look(columns.price, row, currency, &problems)
    return problems.all
  }

  /// - Parameter currency: how many digits a fraction has depends on it; of an unknown one nothing is said.
  private func look(
    _ column: Int, _ row: borrowing CSVReader, _ currency: Currency?, _ problems: inout RowProblems
  ) {
    guard let currency else { return }
    problems.look(column, row) { column, row throws(ImportRowError) in
      try cells.amount(column, row, currency)
    }
  }

  /// Appends the order's lines in this row.
  func lines(_ row: borrowing CSVReader, _ new: inout PendingOrder) throws(ImportRowError) {
    for column in lineItems {
      guard let cell = cells.raw(column, row) else { continue }
      for item in LineItem.all(in: cell) { new.order.lines.append(try line(item, column, row, new.order)) }
    }
    guard let sku = try cells.text(columns.sku, row, limit: 255) else { return }
    let name = optional(.name, columns.name, row, &new) { column, row throws(ImportRowError) in
      try cells.text(column, row, limit: TextLimits.name)
    }
    let currency = new.order.total.currency
    // Without a total the order costs what its lines come to.
    let price =
      new.hasTotal
      ? optional(.price, columns.price, row, &new) { column, row throws(ImportRowError) in
        try cells.amount(column, row, currency)
      }
      : try cells.amount(columns.price, row, currency)
    new.order.lines.append(
      OrderLine(sku: sku, name: name, quantity: try cells.quantity(columns.quantity, row), price: price))
  }

  private func line(
    _ item: LineItem, _ column: Int, _ row: borrowing CSVReader, _ order: Order
  ) throws(ImportRowError) -> OrderLine {
    guard item.sku.utf8.count <= 255 else { throw cells.error(.tooLong(limit: 255), column, row) }
    let total = item.total.flatMap {
      try? DecimalAmount.minorUnits($0, fractionDigits: order.total.currency.fractionDigits)
    }
    return OrderLine(
      sku: item.sku, name: item.name.flatMap { $0.utf8.count <= TextLimits.name ? $0 : nil },
      quantity: item.quantity, price: total.map { $0 / Int64(item.quantity) })
  }

  /// A field that is left out when it cannot be read; the rest of the order is imported.
  private func optional<T>(
    _ field: ImportField, _ column: Int, _ row: borrowing CSVReader, _ new: inout PendingOrder,
    _ read: (Int, borrowing CSVReader) throws(ImportRowError) -> T?
  ) -> T? {
    if row.isEmpty(column) { return nil }
    var left: [ImportRowError] = []
    let value = cells.optional(field, column, row, &left, read)
    if let error = left.first { new.leaveOut(error, of: row) }
    return value
  }
}
