internal import Domain
internal import Platform
internal import Store

/// Decodes the rows of a file into what is stored. There is a conforming type for each kind of file.
protocol RowDecoder {
  /// Decodes the reader's current row; a faulty one is added to the rejected rows of `batch`. Throws only if the import
  /// cannot continue.
  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) throws(ImportError)

  /// Takes a row that could not be split into cells.
  mutating func pass(unreadable row: RejectedRow, into batch: inout DecodedBatch)

  /// Called at the end of the file.
  mutating func finish(into batch: inout DecodedBatch)

  /// The position of the first row that was decoded but is not in a batch yet; `nil` if there is none.
  var pendingSince: CSVPosition? { get }
}

/// Defaults for decoders whose rows are independent of each other.
extension RowDecoder {
  mutating func pass(unreadable row: RejectedRow, into batch: inout DecodedBatch) {
    batch.rejected.append(row)
  }
  mutating func finish(into batch: inout DecodedBatch) {}
  var pendingSince: CSVPosition? { nil }
}

/// A decoded part of a file.
struct DecodedBatch: Sendable {
  var events: [IncomingEvent] = []
  /// The line in which the row of each event begins.
  var lines: [Int32] = []
  var orders: OrderSheet
  var products: [Product] = []
  var suppressions: [ToldSuppression] = []
  var consents: [ToldConsent] = []
  var sent: [ToldSent] = []
  /// The rows of `consents` or `sent`, in the same order, in case the sink finds that one is about nobody.
  var kept: [(line: Int, cells: [String])] = []
  var rejected: [RejectedRow] = []
  /// Rejected rows that are only counted, since too many belong together.
  var unkept = 0
  /// Rows that are imported in part.
  var partial: [RejectedRow] = []
  /// Faultless rows of orders that are imported in part: they belong in the corrected file too.
  var companions: [RejectedRow] = []
  /// Orders that are not paid yet.
  var unpaid = 0
  /// Birthdays that are placeholders, and were left out.
  var placeholders = 0
  /// Rows that say nothing about consent, and were skipped.
  var silent = 0
  /// The number of customers, orders and so on.
  var imported: Int64 = 0
}

/// A row as in the file that was rejected, or imported in part.
struct RejectedRow: Equatable, Sendable {
  var cells: [String]
  var error: ImportRowError
}

/// Collects all errors of a rejected row: decoding stops at the first.
struct RowProblems {
  private let first: ImportRowError
  private var others: [ImportRowError] = []

  init(_ first: ImportRowError) { self.first = first }

  /// The first error, containing the others.
  var all: ImportRowError { first.with(others) }

  mutating func look<T>(
    _ column: Int, _ row: borrowing CSVReader,
    _ read: (Int, borrowing CSVReader) throws(ImportRowError) -> T
  ) {
    do { _ = try read(column, row) } catch { others.append(error) }
  }

  mutating func add(_ problems: [ImportRowError]) { others += problems }
}

extension DecodedBatch {
  /// The batch for the sink.
  func package(_ kind: ImportKind, _ progress: ImportProgress) -> ImportBatch {
    var package = ImportBatch(
      kind: kind, events: events, orders: orders, products: products, progress: progress)
    package.suppressions = suppressions
    package.consents = consents
    package.sent = sent
    return package
  }

  /// The rows for the file of rejected rows, in the order of the imported file.
  var faultyRows: [RejectedRow] {
    partial.isEmpty ? rejected : (rejected + partial + companions).sorted { $0.error.line < $1.error.line }
  }

  mutating func append(_ event: IncomingEvent, from row: borrowing CSVReader) {
    events.append(event)
    lines.append(Int32(truncatingIfNeeded: row.recordStart.line))
  }

  mutating func keep(_ row: borrowing CSVReader) { kept.append((row.recordStart.line, row.fields)) }

  /// Records that a row was imported in part; does nothing if `errors` is empty.
  mutating func leaveOut(_ errors: [ImportRowError], of row: borrowing CSVReader) {
    guard let first = errors.first else { return }
    partial.append(RejectedRow(cells: row.fields, error: first.with(Array(errors.dropFirst()))))
  }

  /// Rejects a row but imports `withdrawals`, which were found in it.
  mutating func reject(
    _ row: borrowing CSVReader, _ error: ImportRowError, but withdrawals: [IncomingEvent] = []
  ) {
    for withdrawal in withdrawals { append(withdrawal, from: row) }
    let outcome = withdrawals.isEmpty ? error.outcome : .withdrawalTaken
    rejected.append(RejectedRow(cells: row.fields, error: error.with(outcome)))
  }
}
