internal import Domain
internal import Platform
internal import Store

/// Reads a file batch by batch, in bounded memory.
struct BatchReader: ~Copyable {
  private var reader: CSVReader
  private var decoder: any RowDecoder
  private let receivedAt: Instant
  /// Whether the last batch returned was the last one of the file.
  private(set) var isAtEnd = false
  /// Where the next batch begins; everything before it has been returned.
  private(set) var position: CSVPosition

  /// - Parameter receivedAt: when Reprise learned what the file says.
  init(
    _ reader: consuming CSVReader, _ decoder: any RowDecoder, from position: CSVPosition, receivedAt: Instant
  ) {
    self.reader = reader
    self.decoder = decoder
    self.receivedAt = receivedAt
    self.position = position
  }

  /// The next batch; `nil` at the end of the file.
  mutating func next(
    _ limit: ImportBatchLimit, in file: borrowing ImportFile
  ) throws(ImportError) -> DecodedBatch? {
    guard !isAtEnd else { return nil }
    var batch = DecodedBatch(orders: OrderSheet(receivedAt: receivedAt))
    let begin = reader.position.offset
    var rows = 0
    while rows < limit.rows, reader.position.offset - begin < limit.bytes {
      let step: CSVStep
      do {
        step = try reader.next()
      } catch {
        throw .csv(path: file.path, error)
      }
      switch step {
      case .record: try decoder.decode(reader, into: &batch)
      case .malformed(let error):
        let text = file.text(of: reader.recordStart.offset..<reader.position.offset)
        let reason = ImportRowError(line: error.line, problem: .csv(error.problem))
        decoder.pass(unreadable: RejectedRow(cells: [text], error: reason), into: &batch)
      case .end:
        isAtEnd = true
        decoder.finish(into: &batch)
        position = reader.position
        batch.orders.seal()
        return batch
      }
      rows += 1
    }
    position = decoder.pendingSince ?? reader.position
    batch.orders.seal()
    return batch
  }
}

extension ImportKind {
  func decoder(_ cells: CellReader, _ mapping: ColumnMapping) -> any RowDecoder {
    switch self {
    case .customers: CustomerRows(cells, mapping)
    case .orders: OrderRows(cells, mapping)
    case .events: EventRows(cells, mapping)
    case .products: ProductRows(cells, mapping)
    case .suppressions: SuppressionRows(cells, mapping)
    case .consents: ConsentRows(cells, mapping)
    case .sent: SentRows(cells, mapping)
    }
  }
}
