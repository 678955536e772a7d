/// Replaces the placeholders `?1` of a statement with PostgreSQL's `$1`.
///
/// Quoted texts, quoted names and comments are skipped; a `?` without a number is kept.
func numberedForPostgres(_ statement: String) -> String {
  var source = Array(statement.utf8)
  var index = 0
  while index < source.count {
    switch source[index] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      let quote = source[index]
      index += 1
      while index < source.count, source[index] != quote { index += 1 }
    case UInt8(ascii: "-") where index + 1 < source.count && source[index + 1] == UInt8(ascii: "-"):
      while index < source.count, source[index] != UInt8(ascii: "\n") { index += 1 }
    case UInt8(ascii: "?") where index + 1 < source.count && (48...57).contains(source[index + 1]):
      source[index] = UInt8(ascii: "$")
    default: break
    }
    index += 1
  }
  return String(decoding: source, as: UTF8.self)
}
