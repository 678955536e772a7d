internal import Domain
internal import Platform

/// Cells of lists that are moved from another system.
extension CellReader {
  /// What an address is that no column says the kind of.
  static func addressKind(of text: String) -> AddressKind {
    text.utf8.contains(UInt8(ascii: "@")) ? .email : .phone
  }

  /// A phone number to suppress; see `PhoneSyntax.held`.
  func heldPhone(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> String? {
    guard let text = raw(column, row) else { return nil }
    do {
      return try PhoneSyntax.held(text, country: options.callingCode(in: context))
    } catch {
      throw self.error(.phone(error), column, row)
    }
  }

  /// The origin of a row: as it says itself, or else the name of the file.
  ///
  /// - Parameter left: collects why a cell was left out.
  func source(_ column: Int, _ row: borrowing CSVReader, _ left: inout [ImportRowError]) -> String {
    let source = optional(.source, column, row, &left) { column, row throws(ImportRowError) in
      try text(column, row, limit: 200)
    }
    return source ?? context.fileName
  }

  /// A time in the past. One in the near future, from a clock that is ahead, becomes the present.
  func pastMoment(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant? {
    try anyInstant(column, row).map { min($0, context.now) }
  }

  /// A time in the past; any in the future is an error.
  func strictlyPastMoment(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant? {
    guard let found = try anyInstant(column, row) else { return nil }
    guard found <= context.now else { throw error(.inFuture(raw(column, row) ?? ""), column, row) }
    return found
  }

  /// A time as `instant` reads it, or in seconds or milliseconds since 1970.
  private func anyInstant(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant? {
    if row.isEmpty(column) { return nil }
    if case .format? = readings[column].date { return try instant(column, row) }
    if let text = raw(column, row), text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let number = Int64(text),
      text.utf8.count == 10 || text.utf8.count == 13
    {
      return Instant(milliseconds: text.utf8.count == 10 ? number * 1000 : number)
    }
    return try instant(column, row)
  }
}
