internal import Domain

/// Values of cells whose type is not declared: customers' attributes, events' properties.
enum CellValue {
  /// The value of `text` in the form of its column; text as written if it is in another form.
  static func value(of text: String, _ reading: ColumnReading) -> Value {
    switch reading.value {
    case .boolean?: return boolean(text).map { .bool($0) } ?? .string(text)
    case .number?:
      let isPlain =
        switch plainNumber(text) {
        case .whole: true
        case .fraction: reading.mark != .comma
        case .code, nil: false
        }
      if isPlain { return number(text) ?? .string(text) }
      return WrittenAmount(text).flatMap { number(text, $0, reading.mark) } ?? .string(text)
    case .text?, nil: return .string(text)
    }
  }

  static func boolean(_ text: String) -> Bool? {
    switch text {
    case "true", "TRUE", "True": true
    case "false", "FALSE", "False": false
    default: nil
    }
  }

  enum PlainNumber {
    case whole
    /// Digits, a point and digits.
    case fraction
    /// Digits with a leading zero, or too many for a number.
    case code
  }

  /// Classifies an optional minus, digits and at most one point; `nil` for any other text.
  static func plainNumber(_ text: String) -> PlainNumber? {
    var digits = 0
    var hasPoint = false
    var leadsWithZero = false
    var isCode = false
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case 0x30...0x39:
        if digits == 0 {
          leadsWithZero = byte == 0x30
        } else if digits == 1, leadsWithZero, !hasPoint {
          isCode = true
        }
        digits += 1
      case UInt8(ascii: "-") where index == 0: break
      case UInt8(ascii: ".") where !hasPoint && digits > 0: hasPoint = true
      default: return nil
      }
    }
    guard digits > 0, text.utf8.last != UInt8(ascii: ".") else { return nil }
    if isCode || digits > 15 { return .code }
    return hasPoint ? .fraction : .whole
  }

  /// The number that an amount is with this decimal mark; `nil` if the mark does not fit, and for a code.
  static func number(_ text: String, _ amount: WrittenAmount, _ mark: DecimalMark?) -> Value? {
    guard let plain = amount.plain(mark), plainNumber(plain) != nil, plainNumber(plain) != .code else {
      return nil
    }
    return number(plain)
  }

  /// - Parameter plain: a plain number that is not a code.
  private static func number(_ plain: String) -> Value? {
    if plain.utf8.contains(UInt8(ascii: ".")) { return Double(plain).map { .number($0) } }
    return Int64(plain).map { .integer($0) }
  }
}
