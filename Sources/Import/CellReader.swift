internal import Domain
internal import Platform

/// Reads the cells of a row according to the meaning of their columns. An empty cell reads as `nil`.
///
/// A class, because it is passed on for every cell, and copying its members each time would cost more than reading most
/// cells.
final class CellReader: Sendable {
  let headers: [String]
  let options: ImportOptions
  let context: ImportContext
  /// Whether this program wrote the file, and so put the `'` in front of formulas.
  private let undoesDefence: Bool
  private let latest: Instant
  let readings: [ColumnReading]
  /// 1900-01-01.
  private static let earliest = Instant(seconds: -2_208_988_800)

  /// - Parameter readings: one for each column.
  init(
    _ mapping: ColumnMapping, _ readings: [ColumnReading], _ options: ImportOptions, _ context: ImportContext
  ) {
    self.readings = readings
    headers = mapping.headers
    self.options = options
    self.context = context
    undoesDefence = mapping.isOwnFile
    latest = context.now + .days(1)
  }

  func error(_ problem: ImportRowError.Problem, _ column: Int?, _ row: borrowing CSVReader) -> ImportRowError
  {
    let name = column.flatMap { headers.indices.contains($0) ? headers[$0] : nil }
    return ImportRowError(line: row.recordStart.line, column: name, problem: problem)
  }

  /// Throws unless the row has as many cells as the header: otherwise its cells may be in the wrong columns.
  func checkColumns(_ row: borrowing CSVReader) throws(ImportRowError) {
    guard row.count == headers.count else {
      throw error(.columnCount(found: row.count, expected: headers.count), nil, row)
    }
  }

  /// Calls `body` with the trimmed cell; the bytes are valid only during the call.
  private func bytes<T>(
    _ column: Int, _ row: borrowing CSVReader, _ body: (UnsafeBufferPointer<UInt8>) -> T
  ) -> T {
    let cell = row.unsafeBytes(column)
    var start = 0
    var end = cell.count
    while start < end, cell[start] == 0x20 || cell[start] == 0x09 { start += 1 }
    while end > start, cell[end - 1] == 0x20 || cell[end - 1] == 0x09 { end -= 1 }
    if undoesDefence, CSVWriter.isDefended(UnsafeBufferPointer(rebasing: cell[start..<end])) {
      start += 1
      // The text that was protected may itself begin with white space.
      while start < end, cell[start] == 0x20 || cell[start] == 0x09 { start += 1 }
    }
    // Spreadsheets put a `'` in front of digits that are text.
    if end - start > 1, cell[start] == UInt8(ascii: "'"), Self.isNumber(cell[(start + 1)..<end]) {
      start += 1
    }
    // `="0012"` keeps spreadsheets from reading text as a number.
    if end - start > 3, cell[start] == UInt8(ascii: "="), cell[start + 1] == 0x22, cell[end - 1] == 0x22 {
      start += 2
      end -= 1
    }
    return body(UnsafeBufferPointer(rebasing: cell[start..<end]))
  }

  /// Whether `text` is digits, with an optional leading `+` and with spaces, points and hyphens between them.
  private static func isNumber(_ text: some Collection<UInt8>) -> Bool {
    guard let first = text.first, first == UInt8(ascii: "+") || first &- 0x30 < 10 else { return false }
    return text.dropFirst().allSatisfy { $0 &- 0x30 < 10 || " .-".utf8.contains($0) }
  }

  /// The cell's text, unchecked; `nil` if empty.
  func raw(_ column: Int, _ row: borrowing CSVReader) -> String? {
    bytes(column, row) { $0.showsNothing ? nil : String(decoding: $0, as: UTF8.self) }
  }

  /// A single line of text. Throws `tooLong` beyond `limit` bytes, and for control characters.
  func text(_ column: Int, _ row: borrowing CSVReader, limit: Int = 1000) throws(ImportRowError) -> String? {
    var problem: ImportRowError.Problem?
    let text = bytes(column, row) { cell -> String? in
      guard !cell.showsNothing else { return nil }
      problem = Self.problem(ofLine: cell, limit: limit)
      return problem == nil ? String(decoding: cell, as: UTF8.self) : nil
    }
    if let problem { throw error(problem, column, row) }
    return text
  }

  /// Why `text` is not a single line of at most `limit` bytes; `nil` if it is.
  static func problem(ofLine text: some Collection<UInt8>, limit: Int) -> ImportRowError.Problem? {
    if text.count > limit { return .tooLong(limit: limit) }
    return text.contains { $0 < 0x20 || $0 == 0x7F } ? .controlCharacter : nil
  }

  /// One of the shop's ids. Throws `missing` for an empty cell.
  func identifier(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> String {
    guard let text = try text(column, row, limit: 255) else { throw error(.missing, column, row) }
    return text
  }

  /// The id of the row's customer: from its own column, or the normalized email address or phone number if `--id-from`
  /// says so. Throws `missing` if there is none.
  ///
  /// - Parameters:
  ///   - phone: the column of the phone number that identifies a customer without an email address, as in the shop
  ///     systems' webhooks; -1 for none.
  ///   - email: the column of the email address that identifies a guest; -1 for none.
  func customer(
    _ column: Int, _ row: borrowing CSVReader, phone: Int = -1, email: Int = -1
  ) throws(ImportRowError) -> String {
    try named(column, row, phone: phone, email: email).id
  }

  /// The same, with the address or number that the id was made from.
  func named(
    _ column: Int, _ row: borrowing CSVReader, phone: Int, email: Int
  ) throws(ImportRowError) -> (id: String, by: OrderContact) {
    switch options.idSource {
    case nil:
      guard let id = try text(column, row, limit: 255) else {
        // Guests have orders, but no account that a list of customers could leave nameless.
        guard options.kind == .orders else { throw error(.missing, column, row) }
        return try guest(column, row, phone: phone, email: email)
      }
      if isGuest(id) { return try guest(column, row, phone: phone, email: email) }
      guard !id.utf8.contains(UInt8(ascii: "*")) || !id.contains("**") else {
        throw error(.masked(id), column, row)
      }
      return (id, OrderContact())
    case .email?: return try guest(column, row, phone: phone, email: column)
    case .phone?:
      guard let phone = try self.phone(column, row) else { throw error(.missing, column, row) }
      return (phone, OrderContact(phone: phone))
    }
  }

  private func guest(
    _ column: Int, _ row: borrowing CSVReader, phone: Int, email: Int
  ) throws(ImportRowError) -> (id: String, by: OrderContact) {
    if let email = try self.email(email, row) {
      return (Inbox.customerID(email: email), OrderContact(email: email))
    }
    guard let phone = try self.phone(phone, row) else { throw error(.missing, column, row) }
    return (phone, OrderContact(phone: phone))
  }

  /// Whether a cell in a column of ids stands for nobody: WooCommerce's number of all guests.
  func isGuest(_ id: String) -> Bool { options.preset == .woocommerce && id.utf8.elementsEqual("0".utf8) }

  /// Of a column's times that name none.
  private func zone(_ column: Int) -> TimeZoneRules { readings[column].isUTC ? .utc : context.zone }

  func instant(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant? {
    if row.isEmpty(column) { return nil }
    let found: Instant
    if case .format(let format)? = readings[column].date {
      guard let text = raw(column, row) else { return nil }
      do {
        found = try format.instant(from: text, in: zone(column))
      } catch {
        throw self.error(.dateFormat(error), column, row)
      }
    } else {
      let (instant, isEmpty) = bytes(column, row) {
        (Instant(iso8601: $0.span, in: zone(column)), $0.showsNothing)
      }
      if isEmpty { return nil }
      if let instant { found = instant } else { found = try written(column, row) }
    }
    guard found <= latest else { throw error(.inFuture(raw(column, row) ?? ""), column, row) }
    guard found >= Self.earliest else { throw error(.tooEarly(raw(column, row) ?? ""), column, row) }
    return found
  }

  /// The order of day and month in a column's dates; `nil` if only unambiguous dates are accepted.
  private func order(_ column: Int) -> DateOrder? {
    if case .order(let order)? = readings[column].date { order } else { nil }
  }

  /// Reads a time in any form but ISO 8601.
  private func written(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant {
    let text = raw(column, row) ?? ""
    let date = WrittenDate(text)
    if let instant = date?.instant(order(column), in: zone(column)) { return instant }
    let isOpen = date?.evidence == .open && order(column) == nil
    throw error(isOpen ? .dayOrMonth(text) : .notADate(text), column, row)
  }

  /// The day, `1990-11-30`, of a date that is not in one of a birthday's own forms; `nil` if it is not a date.
  func day(_ text: String, _ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> String? {
    if case .format(let format)? = readings[column].date {
      return (try? format.civilDate(from: text))?.description
    }
    // A timestamp may be in another time zone, in which the day differs.
    let bytes = text.utf8.span
    if bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") { return nil }
    guard let date = WrittenDate(text) else { return nil }
    if date.evidence == .open, order(column) == nil { throw error(.dayOrMonth(text), column, row) }
    return date.dayText(order(column))
  }

  /// Whether `text` is one of the column's placeholders for a missing value.
  func isMissing(_ text: String, _ column: Int) -> Bool {
    !readings[column].missing.isEmpty && readings[column].missing.contains(ExactText(text))
  }

  /// The time in a cell, in the format given for the column or in ISO 8601; `nil` for anything else.
  func moment(_ column: Int, _ row: borrowing CSVReader) -> Instant? {
    if let instant = try? instant(column, row) { return instant }
    guard let instant = bytes(column, row, { Instant(iso8601: $0.span, in: zone(column)) }),
      (Self.earliest...latest).contains(instant)
    else { return nil }
    return instant
  }

  func requiredInstant(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> Instant {
    guard let instant = try instant(column, row) else { throw error(.missing, column, row) }
    return instant
  }

  func url(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> String? {
    guard let text = try text(column, row, limit: TextLimits.url) else { return nil }
    let start = text.prefix(8).lowercased()
    guard start.hasPrefix("https://") || start.hasPrefix("http://") else {
      throw error(.url(text), column, row)
    }
    return text
  }

  func email(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> String? {
    guard let text = raw(column, row) else { return nil }
    do {
      return try EmailSyntax.normalized(text, mapped: DomainName.unicode)
    } catch {
      throw self.error(.email(error), column, row)
    }
  }

  func phone(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> String? {
    guard let text = raw(column, row) else { return nil }
    do {
      return try PhoneSyntax.normalized(text, country: options.callingCode(in: context))
    } catch {
      throw self.error(.phone(error), column, row)
    }
  }

  /// Reads an optional field: if that fails, the row is imported without it.
  ///
  /// - Parameter left: collects the error.
  func optional<T>(
    _ field: ImportField, _ column: Int, _ row: borrowing CSVReader, _ left: inout [ImportRowError],
    _ read: (Int, borrowing CSVReader) throws(ImportRowError) -> T?
  ) -> T? {
    if row.isEmpty(column) { return nil }
    do {
      return try read(column, row)
    } catch {
      left.append(error.with(.importedWithout(field.rawValue)))
      return nil
    }
  }

  /// The coupon codes that were redeemed.
  func coupons(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> [String]? {
    guard let text = raw(column, row) else { return nil }
    let codes = CouponCodes.all(in: text)
    guard codes.count <= OrderDetails.maximumCoupons else {
      throw error(.tooManyCodes(limit: OrderDetails.maximumCoupons), column, row)
    }
    for code in codes {
      if let problem = Self.problem(ofLine: code.utf8, limit: OrderDetails.maximumBytes) {
        throw error(problem, column, row)
      }
    }
    return codes
  }

  func state(_ column: Int, _ row: borrowing CSVReader) throws(ImportRowError) -> OrderState? {
    guard let written = raw(column, row) else { return nil }
    guard let state = OrderState(written: options.word(for: written, in: .status)) else {
      throw error(.state(written), column, row)
    }
    return state
  }

  /// A word with a fixed meaning, after the operator's `--value` translations.
  ///
  /// - Parameter shown: the words that the error for an unknown one lists.
  func word<T>(
    _ field: ImportField, _ column: Int, _ row: borrowing CSVReader, shown: [String],
    _ meaning: (String) -> T?
  ) throws(ImportRowError) -> T? {
    guard let written = raw(column, row) else { return nil }
    let text = options.word(for: written, in: field)
    guard let meaning = meaning(text) else { throw error(.word(text, words: shown), column, row) }
    return meaning
  }
}
