internal import Domain
internal import Platform

/// Cells of the lists that another system exports: suppressions, consents, sent messages.
extension CellReader {
  /// The kind of an address in a column that does not say: email with an `@`, else a phone number.
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

  /// Where the row's information comes from: its own `source`, else the file's name.
  ///
  /// - Parameter left: collects the error of a cell that is left out.
  func source(_ column: Int, _ row: borrowing CSVReader, _ left: inout [ImportRowError]) -> String {
    let source = optional(.source, column, row, &left) { column, row throws(ImportRowError) in
      try text(column, row, limit: 200)
    }
    return source ?? context.fileName
  }

  /// A time that is not in the future: one that is, from a clock that runs ahead, becomes the import's `now`.
  func pastMoment(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant? {
    try anyInstant(column, row).map { min($0, context.now) }
  }

  /// A time that is not in the future. Throws `inFuture` if it is; `nil` for an empty cell.
  func strictlyPastMoment(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant? {
    guard let found = try anyInstant(column, row) else { return nil }
    guard found <= context.now else { throw error(.inFuture(raw(column, row) ?? ""), column, row) }
    return found
  }

  /// A time as `instant` reads it, or a Unix time: 10 digits are seconds, 13 are milliseconds.
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
