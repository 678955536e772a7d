internal import Domain
internal import Platform

/// An order whose next row may still come.
struct PendingOrder {
  /// The cells of all its rows, one after the other, so that they can be given back when the order is rejected; one
  /// buffer is far cheaper than a string for each cell of a million rows that are right.
  private var bytes: [UInt8] = []
  private var ends: [Int32] = []
  private var lines: [(line: Int, cells: Int)] = []

  /// Where its first row begins.
  let since: CSVPosition
  var order: Order
  var customerID = ""
  var placedAt = Instant.distantPast
  var hasTotal = false
  var cancelledAt: Instant?
  var refundedAt: Instant?
  /// Why none of it is imported.
  var failure: ImportRowError?
  /// Rows behind its last one that could not be read.
  var unreadable: [RejectedRow] = []

  init(id: String, since: CSVPosition, cells row: borrowing CSVReader) {
    self.since = since
    order = Order(
      id: id, placedAt: nil, total: Money(minorUnits: 0, currency: .unknown), receivedAt: .distantPast)
    add(row)
  }

  var rowCount: Int { lines.count }

  /// Keeps the cells of one more row.
  mutating func add(_ row: borrowing CSVReader) {
    for column in 0..<row.count {
      row.withBytes(column) { bytes.append(contentsOf: $0) }
      ends.append(Int32(truncatingIfNeeded: bytes.count))
    }
    lines.append((row.recordStart.line, row.count))
  }

  /// The rows as they stand in the file.
  var rows: [(line: Int, cells: [String])] {
    var rows: [(line: Int, cells: [String])] = []
    var start = 0
    var cell = 0
    for line in lines {
      var cells: [String] = []
      for _ in 0..<line.cells {
        let end = Int(ends[cell])
        cells.append(String(decoding: bytes[start..<end], as: UTF8.self))
        start = end
        cell += 1
      }
      rows.append((line.line, cells))
    }
    return rows
  }

  /// Why this row of a rejected order is rejected: for its own fault or for that of another.
  func error(of row: (line: Int, cells: [String]), _ failure: ImportRowError) -> ImportRowError {
    if row.line == failure.line { return failure }
    if case .unreadableWithin = failure.problem {
      return ImportRowError(line: row.line, problem: failure.problem)
    }
    return ImportRowError(line: row.line, problem: .otherRowOfOrder(order: order.id, line: failure.line))
  }

  /// The order as events: that it was placed, and that it was cancelled or refunded.
  func events(_ cells: CellReader) throws(ImportRowError) -> [IncomingEvent] {
    var order = order
    if !hasTotal { order.total.minorUnits = try sum(cells) }
    func event(_ name: EventName, at: Instant, _ effect: EventEffect) -> IncomingEvent {
      IncomingEvent(
        customerID: customerID,
        event: Event(messageID: order.id, name: name, at: at, receivedAt: cells.context.now), effect: effect)
    }
    var events = [event(.orderCompleted, at: placedAt, .orderPlaced(order))]
    if let cancelledAt {
      events.append(event(.orderCancelled, at: cancelledAt, .orderCancelled(orderID: order.id)))
    }
    if let refundedAt {
      events.append(event(.orderRefunded, at: refundedAt, .orderRefunded(orderID: order.id, amount: nil)))
    }
    return events
  }

  /// What the lines come to, for an order that does not say its total.
  private func sum(_ cells: CellReader) throws(ImportRowError) -> Int64 {
    guard !order.lines.isEmpty else {
      throw ImportRowError(line: since.line, column: ImportField.total.rawValue, problem: .missing)
    }
    var sum: Int64 = 0
    for line in order.lines {
      let (product, overflows) = line.price.multipliedReportingOverflow(by: Int64(line.quantity))
      sum = sum.addingReportingOverflow(product).partialValue
      guard !overflows, product <= DecimalAmount.maximum, sum <= DecimalAmount.maximum else {
        throw ImportRowError(
          line: since.line, column: ImportField.price.rawValue,
          problem: .amount("\(line.quantity) x \(line.price)", .tooLarge))
      }
    }
    return sum
  }
}
