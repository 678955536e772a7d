internal import CPostgres

/// Maps SQLSTATE codes to kinds of `SQLError` (PostgreSQL documentation, appendix A).
enum PostgresError {
  /// The error of a failed result.
  static func error(of result: OpaquePointer, statement: String?) -> SQLError {
    let state = field(result, Int32(CPQ_DIAG_SQLSTATE))
    var message = field(result, Int32(CPQ_DIAG_MESSAGE_PRIMARY))
    if message.isEmpty { message = trimmed(PQresultErrorMessage(result)) }
    // Messages of class 22 quote the data: invalid input syntax for type bigint: "Ann".
    if state.hasPrefix("22") { message = withoutQuoted(message) }
    return SQLError(kind(of: state), message, code: state, statement: statement)
  }

  static func kind(of state: String) -> SQLError.Kind {
    switch state {
    case "23505": return .uniqueViolation
    case "40001", "40P01", "55P03": return .busy
    case "53100": return .full
    case "25006": return .readOnly
    case "58030": return .io
    case "XX001", "XX002": return .corrupt
    case "57014": return .interrupted
    case "57P01", "57P02", "57P03", "57P04", "57P05", "53300", "25P03": return .connectionLost
    default: break
    }
    switch state.prefix(2) {
    case "22", "23": return .constraint
    case "08": return .connectionLost
    case "42": return .syntax
    default: return .other
    }
  }

  /// libpq's message without line ends.
  static func trimmed(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "" }
    var bytes = Array(String(cString: text).utf8)
    while let last = bytes.last, last == 10 || last == 32 { bytes.removeLast() }
    for index in bytes.indices where bytes[index] == 10 || bytes[index] == 9 { bytes[index] = 32 }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func field(_ result: OpaquePointer, _ code: Int32) -> String {
    PQresultErrorField(result, code).map { String(cString: $0) } ?? ""
  }

  /// `text` up to its first quote, since quoted data may itself contain quotes.
  private static func withoutQuoted(_ text: String) -> String {
    guard let quote = text.utf8.firstIndex(of: UInt8(ascii: "\"")) else { return text }
    return text[..<quote] + "(value not shown)"
  }
}
