internal import CPostgres
internal import CSQLite
internal import Glibc

/// The current row of a query; valid only inside the closure it is passed to.
///
/// Columns are numbered from 0. A getter without `optional` reads NULL as 0, "" or no bytes; a number is read
/// from the numeric prefix of a text. An index past the last column reads as NULL.
package struct Row: ~Copyable {
  /// The `sqlite3_stmt`, or the `PGresult` if `line` is not negative.
  private let source: OpaquePointer
  private let line: Int32

  init(sqlite statement: OpaquePointer) {
    source = statement
    line = -1
  }

  init(postgres result: OpaquePointer, line: Int32) {
    source = result
    self.line = line
  }

  package var columnCount: Int {
    line < 0 ? Int(sqlite3_column_count(source)) : Int(PQnfields(source))
  }

  package func columnName(_ column: Int) -> String {
    let name =
      line < 0 ? sqlite3_column_name(source, Int32(column)) : UnsafePointer(PQfname(source, Int32(column)))
    return name.map { String(cString: $0) } ?? ""
  }

  package func isNull(_ column: Int) -> Bool {
    if line < 0 { return sqlite3_column_type(source, Int32(column)) == SQLITE_NULL }
    return column >= Int(PQnfields(source)) || PQgetisnull(source, line, Int32(column)) == 1
  }

  package func int64(_ column: Int) -> Int64 {
    if line < 0 { return sqlite3_column_int64(source, Int32(column)) }
    guard let text = field(column) else { return 0 }
    // PostgreSQL writes a boolean as "t" or "f".
    if text[0] == UInt8(ascii: "t") { return 1 }
    return Int64(strtoll(text, nil, 10))
  }

  package func double(_ column: Int) -> Double {
    if line < 0 { return sqlite3_column_double(source, Int32(column)) }
    guard let text = field(column) else { return 0 }
    return strtod(text, nil)
  }

  package func bool(_ column: Int) -> Bool { int64(column) != 0 }

  package func string(_ column: Int) -> String {
    withUTF8(column) { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a BLOB or `bytea` column; the UTF-8 bytes of a text column.
  package func bytes(_ column: Int) -> [UInt8] {
    if line < 0 {
      guard let start = sqlite3_column_blob(source, Int32(column)) else { return [] }
      return [UInt8](
        UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(source, Int32(column)))))
    }
    return withUTF8(column) { text in
      PQftype(source, Int32(column)) == PostgresType.bytea ? PostgresType.bytes(ofHex: text) : [UInt8](text)
    }
  }

  package func optionalInt64(_ column: Int) -> Int64? { isNull(column) ? nil : int64(column) }
  package func optionalDouble(_ column: Int) -> Double? { isNull(column) ? nil : double(column) }
  package func optionalString(_ column: Int) -> String? { isNull(column) ? nil : string(column) }

  /// The column with its own type; PostgreSQL's booleans are integers, `numeric` is real, and types without a
  /// counterpart are text.
  package func value(_ column: Int) -> SQLValue {
    if isNull(column) { return .null }
    if line < 0 {
      switch sqlite3_column_type(source, Int32(column)) {
      case SQLITE_INTEGER: return .integer(int64(column))
      case SQLITE_FLOAT: return .real(double(column))
      case SQLITE_BLOB: return .blob(bytes(column))
      default: return .text(string(column))
      }
    }
    switch PQftype(source, Int32(column)) {
    case PostgresType.bool, PostgresType.int8, PostgresType.int4, PostgresType.int2:
      return .integer(int64(column))
    case PostgresType.float4, PostgresType.float8, PostgresType.numeric: return .real(double(column))
    case PostgresType.bytea: return .blob(bytes(column))
    default: return .text(string(column))
    }
  }

  /// The length of a text; 0 for NULL.
  package func byteCount(_ column: Int) -> Int { withUTF8(column) { $0.count } }

  /// Lends the UTF-8 bytes of a text column without copying; no bytes for NULL.
  package func withUTF8<R>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    if line < 0 {
      // The order matters: sqlite3_column_text may convert, and only afterwards is the length that of the
      // text.
      let start = sqlite3_column_text(source, Int32(column))
      return try body(
        UnsafeBufferPointer(
          start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(source, Int32(column)))))
    }
    guard let text = field(column) else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
    let length = Int(PQgetlength(source, line, Int32(column)))
    return try text.withMemoryRebound(to: UInt8.self, capacity: length) {
      try body(UnsafeBufferPointer(start: $0, count: length))
    }
  }

  private func field(_ column: Int) -> UnsafeMutablePointer<CChar>? {
    isNull(column) ? nil : PQgetvalue(source, line, Int32(column))
  }
}
