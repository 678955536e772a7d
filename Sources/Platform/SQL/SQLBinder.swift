/// Binds the values of one execution of a statement, in order.
///
/// Values are copied at once into a reused buffer, so binding allocates nothing. Every method throws
/// `invalid_value` for a text with a NUL byte, and `misuse` for more values than the statement has.
package protocol SQLBinder: AnyObject {
  func bind(_ value: Int64) throws(SQLError)
  func bind(_ value: Double) throws(SQLError)
  func bind(_ value: String) throws(SQLError)
  func bind(_ value: [UInt8]) throws(SQLError)
  /// Binds a text given as its UTF-8 bytes; the caller guarantees that they are valid.
  func bind(utf8: UnsafeRawBufferPointer) throws(SQLError)
  func bindNull() throws(SQLError)
}

extension SQLBinder {
  package func bind(_ value: Int64?) throws(SQLError) {
    if let value { try bind(value) } else { try bindNull() }
  }

  package func bind(_ value: Double?) throws(SQLError) {
    if let value { try bind(value) } else { try bindNull() }
  }

  package func bind(_ value: String?) throws(SQLError) {
    if let value { try bind(value) } else { try bindNull() }
  }

  package func bind(_ value: Bool) throws(SQLError) { try bind(value ? 1 : 0 as Int64) }

  package func bind(_ value: SQLValue) throws(SQLError) {
    switch value {
    case .null: try bindNull()
    case .integer(let integer): try bind(integer)
    case .real(let real): try bind(real)
    case .text(let text): try bind(text)
    case .blob(let blob): try bind(blob)
    }
  }
}
