internal import Domain
internal import Platform
internal import Store

/// Turns the rows of one file into what the store takes in. One for each kind of file.
protocol RowDecoder {
  /// Decodes the row that `row` stands at. A row that is wrong goes to the rejected rows of `batch`.
  mutating func decode(_ row: borrowing CSVReader, into batch: inout DecodedBatch) throws(ImportError)

  /// Takes note of a row that could not even be cut into cells.
  mutating func pass(unreadable row: RejectedRow, into batch: inout DecodedBatch)

  /// The file is at its end.
  mutating func finish(into batch: inout DecodedBatch)

  /// Where the first row stands that was decoded but is not yet part of a batch; `nil` when there is none.
  var pendingSince: CSVPosition? { get }
}

/// Decoders whose rows stand each for itself.
extension RowDecoder {
  mutating func pass(unreadable row: RejectedRow, into batch: inout DecodedBatch) {
    batch.rejected.append(row)
  }
  mutating func finish(into batch: inout DecodedBatch) {}
  var pendingSince: CSVPosition? { nil }
}

/// A stretch of a file, decoded.
struct DecodedBatch: Sendable {
  var events: [IncomingEvent] = []
  /// Where the row of each event begins.
  var lines: [Int32] = []
  var orders: OrderSheet
  var products: [Product] = []
  var rejected: [RejectedRow] = []
  /// Customers, orders, events or products.
  var imported: Int64 = 0
}

/// A row that was not imported, as it stands in the file.
struct RejectedRow: Equatable, Sendable {
  var cells: [String]
  var error: ImportRowError
}
