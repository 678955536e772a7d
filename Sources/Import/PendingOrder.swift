internal import Domain
internal import Platform

/// An order that may continue in the next row.
struct PendingOrder {
  /// The maximum number of rows of an order. More mean that the wrong column was taken for the order's id.
  static let rowLimit = 10_000
  /// The maximum size of its cells, in bytes.
  static let byteLimit = 16 << 20
  /// How many unreadable rows after the last one are kept.
  static let unreadableLimit = 1000

  /// The cells of all rows, in case the order is rejected. A single buffer is far cheaper than a string for each cell
  /// of a million valid rows.
  private var bytes: [UInt8] = []
  private var ends: [Int32] = []
  private var lines: [(line: Int, cells: Int)] = []

  /// Where the first row begins.
  private(set) var since = CSVPosition()
  var order = Order(
    id: "", placedAt: nil, total: Money(minorUnits: 0, currency: .unknown), receivedAt: .distantPast)
  var customerID = ""
  var placedAt = Instant.distantPast
  var hasTotal = false
  var cancelledAt: Instant?
  var refundedAt: Instant?
  /// Whether its status says that all of it was refunded.
  var isRefunded = false
  /// The amount refunded so far, above 0; `nil` if the file does not say.
  var refund: Int64?
  /// Whether the refund was left out because of an error.
  private(set) var isRefundDropped = false
  var contact = OrderContact()
  /// The totals of lines, by index, if the file has these instead of prices.
  private var lineTotals: [Int: Int64] = [:]
  /// The errors of fields that are left out: one per row, which contains the row's others.
  private(set) var omissions: [ImportRowError] = []
  /// The errors for which the order is rejected, in the order of its rows.
  var failures: [ImportRowError] = []
  /// Whether the first row's fields of the whole order are unreadable.
  var isHeaderBroken = false
  /// Unreadable rows after the last one.
  var unreadable: [RejectedRow] = []
  /// How many further ones there are.
  var unkept = 0
  /// The number of rows beyond the limits, which are not kept.
  var surplus = 0

  /// Starts another order, reusing the memory of the previous one.
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
    order.refunds = 0
    order.refundTold = 0
    customerID = ""
    placedAt = .distantPast
    hasTotal = false
    cancelledAt = nil
    refundedAt = nil
    isRefunded = false
    refund = nil
    isRefundDropped = false
    contact = OrderContact()
    if !lineTotals.isEmpty { lineTotals.removeAll() }
    if !omissions.isEmpty { omissions.removeAll() }
    failures.removeAll()
    isHeaderBroken = false
    unreadable.removeAll()
    unkept = 0
    surplus = 0
    add(row)
  }

  /// - Parameter total: for the whole quantity.
  mutating func append(_ line: OrderLine, total: Int64?) {
    if let total { lineTotals[order.lines.count] = total }
    order.lines.append(line)
  }

  /// Records the error of a field that is left out.
  mutating func leaveOut(_ error: ImportRowError) {
    guard let place = omissions.lastIndex(where: { $0.line <= error.line }) else {
      return omissions.insert(error, at: 0)
    }
    if omissions[place].line == error.line {
      omissions[place] = omissions[place].with([error])
    } else {
      omissions.insert(error, at: place + 1)
    }
  }

  /// Leaves out the refund.
  mutating func dropRefund(_ problem: ImportRowError.Problem, column: String?, line: Int) {
    refund = nil
    isRefundDropped = true
    leaveOut(
      ImportRowError(
        line: line, column: column, problem: problem, outcome: .importedWithout(ImportField.refunded.rawValue)
      ))
  }

  /// Adds all rows to the faulty ones if the order is imported without some fields. An order is always replaced as a
  /// whole, so a corrected file must have all of its rows.
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

  /// Whether it cannot have another row.
  var isFull: Bool { lines.count >= Self.rowLimit || bytes.count >= Self.byteLimit }

  /// Adds a row's cells.
  mutating func add(_ row: borrowing CSVReader) {
    for column in 0..<row.count {
      bytes.append(contentsOf: row.unsafeBytes(column))
      ends.append(Int32(truncatingIfNeeded: bytes.count))
    }
    lines.append((row.recordStart.line, row.count))
  }

  /// The rows as in the file.
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

  /// The error of one row of a rejected order: its own, or a reference to the faulty row.
  func error(of row: (line: Int, cells: [String]), _ failure: ImportRowError) -> ImportRowError {
    if surplus == 0, let own = failures.first(where: { $0.line == row.line }) { return own }
    if row.line == failure.line { return failure }
    switch failure.problem {
    case .unreadableWithin, .orderTooLong: return ImportRowError(line: row.line, problem: failure.problem)
    default: break
    }
    return ImportRowError(line: row.line, problem: .otherRowOfOrder(order: order.id, line: failure.line))
  }

  /// Sums up the lines, unless the file has the total.
  mutating func takeTotal() throws(ImportRowError) {
    if !hasTotal { order.total.minorUnits = try sum() }
  }

  /// Completes the order after its last row; call `takeTotal` before.
  mutating func finish() {
    order.cancelledAt = cancelledAt
    let at = refundedAt ?? placedAt
    if let refund, refund < order.total.minorUnits, !isRefunded {
      order.refundTold = refund
      order.refundedAt = at
    } else if isRefunded || refund != nil || refundedAt != nil && !isRefundDropped {
      order.refundWhole(at: at)
    }
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
      // A line's total is exact, while a price computed from it may be rounded.
      let (product, overflows) =
        lineTotals[place].map { ($0, false) } ?? price.multipliedReportingOverflow(by: Int64(line.quantity))
      sum = sum.addingReportingOverflow(product).partialValue
      guard !overflows, product <= DecimalAmount.maximum, sum <= DecimalAmount.maximum else {
        throw ImportRowError(
          line: since.line, column: ImportField.price.rawValue,
          problem: .amount(
            "\(line.quantity) x \(Money(minorUnits: price, currency: order.total.currency).written)",
            .tooLarge))
      }
    }
    return sum
  }
}
