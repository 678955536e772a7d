internal import Domain
internal import Platform

/// A column of an entity's table.
///
/// An entity declares its columns once, as cases of an enum in row order. A case's raw value is its position,
/// which readers use as a constant; its name in snake_case is the SQL name, from which statements are
/// composed. Writers bind with an exhaustive `switch` over the list that the statement uses, so a new column
/// does not compile until it is both read and written.
protocol TableColumn: CaseIterable, RawRepresentable<Int>, Sendable where AllCases == [Self] {}

extension TableColumn {
  /// The SQL name. For composing statements, not for reading rows.
  var name: String {
    var name = ""
    var wasCapital = false
    for byte in "\(self)".utf8 {
      let isCapital = byte &- 0x41 < 26
      if isCapital && !wasCapital { name += "_" }
      name.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
      wasCapital = isCapital
    }
    return name
  }
}

extension Sequence where Element: TableColumn {
  var names: [String] { map(\.name) }
}

/// Fragments of statements that list columns.
enum SQL {
  /// `id, placed_at`, or with an alias `o.id, o.placed_at`.
  static func list(_ names: [String], of alias: String? = nil) -> String {
    names.map { name in alias.map { "\($0).\(name)" } ?? name }.joined(separator: ", ")
  }

  /// `INSERT INTO carts (id, url) VALUES (?1, ?2)`.
  static func insert(into table: String, _ names: [String]) -> String {
    let values = names.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    return "INSERT INTO \(table) (\(list(names))) VALUES (\(values))"
  }

  /// `url = ?2, base = ?3`, numbered from `first`.
  static func assign(_ names: [String], from first: Int) -> String {
    names.enumerated().map { "\($1) = ?\(first + $0)" }.joined(separator: ", ")
  }

  /// `url = excluded.url, base = excluded.base`.
  static func takeExcluded(_ names: [String]) -> String {
    names.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
  }
}

/// The getters of `Row` by column.
extension Row {
  func isNull(_ column: some TableColumn) -> Bool { isNull(column.rawValue) }
  func int64(_ column: some TableColumn) -> Int64 { int64(column.rawValue) }
  func bool(_ column: some TableColumn) -> Bool { bool(column.rawValue) }
  func string(_ column: some TableColumn) -> String { string(column.rawValue) }
  func bytes(_ column: some TableColumn) -> [UInt8] { bytes(column.rawValue) }
  func byteCount(_ column: some TableColumn) -> Int { byteCount(column.rawValue) }
  func instant(_ column: some TableColumn) -> Instant { instant(column.rawValue) }
  func customer(_ column: some TableColumn) -> CustomerKey { customer(column.rawValue) }
  func json(_ column: some TableColumn) throws -> JSON { try json(column.rawValue) }
  func holds(_ text: StaticString, _ column: some TableColumn) -> Bool { holds(text, column.rawValue) }

  func optionalInt64(_ column: some TableColumn) -> Int64? { optionalInt64(column.rawValue) }
  func optionalDouble(_ column: some TableColumn) -> Double? { optionalDouble(column.rawValue) }
  func optionalString(_ column: some TableColumn) -> String? { optionalString(column.rawValue) }
  func optionalInstant(_ column: some TableColumn) -> Instant? { optionalInstant(column.rawValue) }

  func word<T: RawRepresentable<String> & CaseIterable>(
    _ column: some TableColumn, as type: T.Type
  ) throws -> T {
    try word(column.rawValue, as: type)
  }

  func optionalWord<T: RawRepresentable<String> & CaseIterable>(
    _ column: some TableColumn, as type: T.Type
  ) throws -> T? {
    try optionalWord(column.rawValue, as: type)
  }
}
