internal import Domain

/// The value of a cell whose type is not declared: a customer's attribute, an event's property.
enum CellValue {
  /// `true` and `false` are booleans; whole numbers of up to 15 digits and decimal fractions are numbers; the rest is
  /// text. Text with a leading zero or plus is a code, not a number: `007`, `+49`.
  static func value(of text: String) -> Value {
    switch text {
    case "true", "TRUE", "True": return .bool(true)
    case "false", "FALSE", "False": return .bool(false)
    default: break
    }
    var digits = 0
    var points = 0
    var leadsWithZero = false
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case 0x30...0x39:
        if digits == 0 {
          leadsWithZero = byte == 0x30
        } else if digits == 1, leadsWithZero, points == 0 {
          return .string(text)
        }
        digits += 1
      case UInt8(ascii: "-") where index == 0: break
      case UInt8(ascii: ".") where points == 0 && digits > 0: points = 1
      default: return .string(text)
      }
    }
    guard digits > 0, digits <= 15, text.utf8.last != UInt8(ascii: ".") else { return .string(text) }
    if points == 0 { return Int64(text).map { .integer($0) } ?? .string(text) }
    return Double(text).map { .number($0) } ?? .string(text)
  }
}
