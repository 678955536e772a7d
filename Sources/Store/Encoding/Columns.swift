internal import Domain
internal import Platform

/// The column form of the domain's small types.

extension Instant {
  var sql: SQLValue { .integer(milliseconds) }
}

extension Optional<Instant> {
  var sql: SQLValue { map { .integer($0.milliseconds) } ?? .null }
}

extension Optional<String> {
  var sql: SQLValue { map { .text($0) } ?? .null }
}

extension SQLBinder {
  func bind(_ instant: Instant) throws(SQLError) { try bind(instant.milliseconds) }
  func bind(_ instant: Instant?) throws(SQLError) { try bind(instant?.milliseconds) }
  func bind(_ key: CustomerKey) throws(SQLError) { try bind(key.rawValue) }
}

extension Row {
  func instant(_ column: Int) -> Instant { Instant(milliseconds: int64(column)) }
  func optionalInstant(_ column: Int) -> Instant? { optionalInt64(column).map { Instant(milliseconds: $0) } }
  func customer(_ column: Int) -> CustomerKey { CustomerKey(int64(column)) }

  /// Parses a column of JSON that this program wrote.
  func json(_ column: Int) throws -> JSON {
    try withUTF8(column) { try JSON.parse($0, limits: .stored) }
  }

  /// The case whose raw value is in the column.
  func word<T: RawRepresentable<String> & CaseIterable>(_ column: Int, as type: T.Type) throws -> T {
    let text = string(column)
    guard let value = T(word: text) else {
      throw SQLError(.corrupt, "'\(text)' is no \(type)")
    }
    return value
  }

  func optionalWord<T: RawRepresentable<String> & CaseIterable>(_ column: Int, as type: T.Type) throws -> T? {
    isNull(column) ? nil : try word(column, as: type)
  }
}

extension JSONLimits {
  /// For text written by this program: limits only the depth.
  static let stored = JSONLimits(depth: 200, bytes: 1 << 30, values: .max, allowsDuplicateKeys: true)
}
