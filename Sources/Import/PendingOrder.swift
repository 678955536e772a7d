internal import Domain
internal import Platform

/// An order that may still get more rows.
struct PendingOrder {
  /// The cells of all its rows in sequence, to be written out when the order is rejected. One buffer is far cheaper than
  /// a string for each cell of a million valid rows.
  private var bytes: [UInt8] = []
  private var ends: [Int32] = []
  private var lines: [(line: Int, cells: Int)] = []

  /// Where its first row begins.
  private(set) var since = CSVPosition()
  var order = Order(
    id: "", placedAt: nil, total: Money(minorUnits: 0, currency: .unknown), receivedAt: .distantPast)
  var customerID = ""
  var placedAt = Instant.distantPast
  var hasTotal = false
  var cancelledAt: Instant?
  var refundedAt: Instant?
  /// What lines cost for all their pieces, by their place, where the file says that instead of a price.
  private var lineTotals: [Int: Int64] = [:]
  /// Why fields are left out: one error for each row that has any, with all of its own.
  private(set) var omissions: [ImportRowError] = []
  /// Why none of it is imported: what is wrong in its rows, in their order.
  var failures: [ImportRowError] = []
  /// Whether what its first row says of the whole order cannot be read.
  var isHeaderBroken = false
  /// Unreadable rows after its last one.
  var unreadable: [RejectedRow] = []

  /// Begins another order, reusing the memory of the previous one.
  mutating func begin(id: String, since position: CSVPosition, cells row: borrowing CSVReader) {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    since = position
    order.id = id
    order.placedAt = nil
    order.pendingAt = nil
    order.total = Money(minorUnits: 0, currency: .unknown)
    order.lines.removeAll(keepingCapacity: true)
    order.cartID = nil
    order.details = OrderDetails()
    order.cancelledAt = nil
    order.refundedAt = nil
    order.refunded = 0
    customerID = ""
    placedAt = .distantPast
    hasTotal = false
    cancelledAt = nil
    refundedAt = nil
    if !lineTotals.isEmpty { lineTotals.removeAll() }
    if !omissions.isEmpty { omissions.removeAll() }
    failures.removeAll()
    isHeaderBroken = false
    unreadable.removeAll()
    add(row)
  }

  /// - Parameter total: for all pieces together.
  mutating func append(_ line: OrderLine, total: Int64?) {
    if let total { lineTotals[order.lines.count] = total }
    order.lines.append(line)
  }

  /// Records a field of one of its rows that is left out.
  mutating func leaveOut(_ error: ImportRowError) {
    if let last = omissions.last, last.line == error.line {
      omissions[omissions.count - 1] = last.with([error])
    } else {
      omissions.append(error)
    }
  }

  /// All of its rows when it is imported without some fields: an order is replaced as a whole, so the fault alone, put
  /// right and imported, would be all that is left of it.
  func tellOmissions(in batch: inout DecodedBatch) {
    guard let first = omissions.first else { return }
    var next = omissions[...]
    for row in rows {
      if let own = next.first, own.line == row.line {
        batch.partial.append(RejectedRow(cells: row.cells, error: own))
        next.removeFirst()
      } else {
        let error = ImportRowError(
          line: row.line, problem: .partOfOrder(order: order.id, line: first.line))
        batch.companions.append(RejectedRow(cells: row.cells, error: error))
      }
    }
  }

  var rowCount: Int { lines.count }

  /// Keeps the cells of one more row.
  mutating func add(_ row: borrowing CSVReader) {
    for column in 0..<row.count {
      bytes.append(contentsOf: row.unsafeBytes(column))
      ends.append(Int32(truncatingIfNeeded: bytes.count))
    }
    lines.append((row.recordStart.line, row.count))
  }

  /// The rows as the file has them.
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

  /// Why this row of a rejected order is rejected: its own fault, or that of another row.
  func error(of row: (line: Int, cells: [String]), _ failure: ImportRowError) -> ImportRowError {
    if let own = failures.first(where: { $0.line == row.line }) { return own }
    if row.line == failure.line { return failure }
    if case .unreadableWithin = failure.problem {
      return ImportRowError(line: row.line, problem: failure.problem)
    }
    return ImportRowError(line: row.line, problem: .otherRowOfOrder(order: order.id, line: failure.line))
  }

  /// Completes the order with what follows from all of its rows.
  mutating func finish() throws(ImportRowError) {
    if !hasTotal { order.total.minorUnits = try sum() }
    order.cancelledAt = cancelledAt
    if let refundedAt { order.refundWhole(at: refundedAt) }
  }

  /// The sum of the lines, for an order without a total.
  private func sum() throws(ImportRowError) -> Int64 {
    guard !order.lines.isEmpty else {
      throw ImportRowError(line: since.line, column: ImportField.total.rawValue, problem: .missing)
    }
    var sum: Int64 = 0
    for (place, line) in order.lines.enumerated() {
      guard let price = line.price else {
        throw ImportRowError(line: since.line, column: ImportField.total.rawValue, problem: .missing)
      }
      // A price is rounded where the total of several pieces is not.
      let (product, overflows) =
        lineTotals[place].map { ($0, false) } ?? price.multipliedReportingOverflow(by: Int64(line.quantity))
      sum = sum.addingReportingOverflow(product).partialValue
      guard !overflows, product <= DecimalAmount.maximum, sum <= DecimalAmount.maximum else {
        throw ImportRowError(
          line: since.line, column: ImportField.price.rawValue,
          problem: .amount("\(line.quantity) x \(price)", .tooLarge))
      }
    }
    return sum
  }
}
