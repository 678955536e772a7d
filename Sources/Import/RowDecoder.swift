internal import Domain
internal import Platform
internal import Store

/// Turns the rows of one file into what the store takes. There is one for each kind of file.
protocol RowDecoder {
  /// Decodes the current row of `row`. A row that is wrong goes to the rejected rows of `batch`.
  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) throws(ImportError)

  /// Records a row that could not even be split into cells.
  mutating func pass(unreadable row: RejectedRow, into batch: inout DecodedBatch)

  /// Called at the end of the file.
  mutating func finish(into batch: inout DecodedBatch)

  /// The position of the first row that was decoded but is not yet part of a batch; `nil` when there is none.
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
  /// Where the row of each event begins.
  var lines: [Int32] = []
  var orders: OrderSheet
  var products: [Product] = []
  var suppressions: [ToldSuppression] = []
  var consents: [ToldConsent] = []
  var sent: [ToldSent] = []
  /// Of rows that may turn out to be about nobody: as the file has them, in the order of what was made of them.
  var kept: [(line: Int, cells: [String])] = []
  var rejected: [RejectedRow] = []
  /// Rows that are imported without a part of them.
  var partial: [RejectedRow] = []
  /// Rows that are imported whole, and stand beside a partial one because they are put right together.
  var companions: [RejectedRow] = []
  /// Orders that are not paid for yet.
  var unpaid = 0
  /// Birthdays that stand for none, and were left out.
  var placeholders = 0
  /// Rows of consents that say nothing about consent, and were passed over.
  var silent = 0
  /// Of what the file's kind says.
  var imported: Int64 = 0
}

/// A row that was not imported, or only in part, as the file has it.
struct RejectedRow: Equatable, Sendable {
  var cells: [String]
  var error: ImportRowError
}

/// Collects all that is wrong in a row which is known to be wrong: decoding ends at the first of it.
struct RowProblems {
  private let first: ImportRowError
  private var others: [ImportRowError] = []

  init(_ first: ImportRowError) { self.first = first }

  /// The first with all the others.
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
  /// As it goes to the sink.
  func package(_ kind: ImportKind, _ progress: ImportProgress) -> ImportBatch {
    var package = ImportBatch(
      kind: kind, events: events, orders: orders, products: products, progress: progress)
    package.suppressions = suppressions
    package.consents = consents
    package.sent = sent
    return package
  }

  /// Rejected and partly imported rows with their companions, in the order of the file.
  var faultyRows: [RejectedRow] {
    partial.isEmpty ? rejected : (rejected + partial + companions).sorted { $0.error.line < $1.error.line }
  }

  mutating func append(_ event: IncomingEvent, from row: borrowing CSVReader) {
    events.append(event)
    lines.append(Int32(truncatingIfNeeded: row.recordStart.line))
  }

  mutating func keep(_ row: borrowing CSVReader) { kept.append((row.recordStart.line, row.fields)) }

  /// Records what was left out of an imported row; does nothing when `errors` is empty.
  mutating func leaveOut(_ errors: [ImportRowError], of row: borrowing CSVReader) {
    guard let first = errors.first else { return }
    partial.append(RejectedRow(cells: row.fields, error: first.with(Array(errors.dropFirst()))))
  }

  /// Rejects a row, but keeps the withdrawal of consent in it.
  mutating func reject(
    _ row: borrowing CSVReader, _ error: ImportRowError, but withdrawals: [IncomingEvent] = []
  ) {
    for withdrawal in withdrawals { append(withdrawal, from: row) }
    let outcome = withdrawals.isEmpty ? error.outcome : .withdrawalTaken
    rejected.append(RejectedRow(cells: row.fields, error: error.with(outcome)))
  }
}
