import Domain

/// A number for the arithmetic filters.
enum Number {
  case integer(Int64)
  case decimal(Decimal)

  /// Liquid's conversion of any value: numbers are themselves, text is parsed, anything else is 0.
  init(_ value: Value) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .number(let double): self = .decimal(Decimal(double) ?? Decimal(0))
    case .string(let text): self.init(text: text)
    case .money(let money):
      self = .decimal(Decimal(digits: Int128(money.minorUnits), exponent: -money.currency.fractionDigits))
    default: self = .integer(0)
    }
  }

  /// Text like `-1.5` is a decimal; anything else gives the integer prefix of the text, or 0.
  init(text: String) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count, bytes[start].isTrimmed { start += 1 }
    var position = start
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    let wholeStart = position
    while position < bytes.count, bytes[position].isDigit { position += 1 }
    if position > wholeStart, position + 1 < bytes.count, bytes[position] == UInt8(ascii: ".") {
      var end = position + 1
      while end < bytes.count, bytes[end].isDigit { end += 1 }
      if end > position + 1, bytes[end...].allSatisfy(\.isTrimmed) {
        let digits = String(decoding: bytes[start..<end], as: UTF8.self)
        if let decimal = Decimal(text: digits) ?? Double(digits).flatMap({ Decimal($0) }) {
          self = .decimal(decimal)
          return
        }
      }
    }
    self = .integer(leadingInteger(bytes[start...]))
  }

  var value: Value {
    switch self {
    case .integer(let integer): .integer(integer)
    case .decimal(let decimal): .number(decimal.double)
    }
  }

  var decimal: Decimal {
    switch self {
    case .integer(let integer): Decimal(integer)
    case .decimal(let decimal): decimal
    }
  }

  static func less(_ a: Number, _ b: Number) -> Bool {
    if case (.integer(let x), .integer(let y)) = (a, b) { return x < y }
    return Decimal.less(a.decimal, b.decimal)
  }

  enum Operation { case plus, minus, times, dividedBy, modulo }

  static func apply(_ operation: Operation, _ a: Number, _ b: Number) throws(FilterFailure) -> Value {
    if operation == .dividedBy || operation == .modulo, b.decimal.digits == 0 {
      throw FilterFailure("divided by 0")
    }
    if case (.integer(let x), .integer(let y)) = (a, b) { return .integer(try integer(operation, x, y)) }
    let (x, y) = (a.decimal, b.decimal)
    let exact: Decimal? =
      switch operation {
      case .plus: Decimal.add(x, y)
      case .minus: y.negated.flatMap { Decimal.add(x, $0) }
      case .times: Decimal.multiply(x, y)
      case .dividedBy: Decimal.divide(x, y)
      case .modulo: Decimal.modulo(x, y)
      }
    guard let exact else { return .number(binary(operation, x.double, y.double)) }
    let isNegativeZero =
      switch operation {
      case .plus: x.isNegative && y.isNegative
      case .minus: x.isNegative && !y.isNegative
      case .times, .dividedBy: x.isNegative != y.isNegative
      case .modulo: false
      }
    return .number(exact.digits == 0 && isNegativeZero ? -0.0 : exact.double)
  }

  private static func integer(_ operation: Operation, _ x: Int64, _ y: Int64) throws(FilterFailure) -> Int64 {
    let (result, overflow): (Int64, Bool) =
      switch operation {
      case .plus: x.addingReportingOverflow(y)
      case .minus: x.subtractingReportingOverflow(y)
      case .times: x.multipliedReportingOverflow(by: y)
      case .dividedBy:
        y == -1
          ? Int64(0).subtractingReportingOverflow(x)
          : (x / y - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0), false)
      case .modulo: y == -1 ? (0, false) : (x % y + (x % y != 0 && (x < 0) != (y < 0) ? y : 0), false)
      }
    guard !overflow else { throw FilterFailure("the result is too large") }
    return result
  }

  private static func binary(_ operation: Operation, _ x: Double, _ y: Double) -> Double {
    switch operation {
    case .plus: return x + y
    case .minus: return x - y
    case .times: return x * y
    case .dividedBy: return x / y
    case .modulo:
      let remainder = x.truncatingRemainder(dividingBy: y)
      return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder
    }
  }
}

/// Ruby's `String#to_i`: white space, a sign, then digits, possibly separated by single underscores; 0 if
/// there are none.
///
/// Saturates at 64 bits.
func leadingInteger(_ bytes: some Sequence<UInt8>) -> Int64 {
  var result: Int64 = 0
  var isNegative = false
  var started = false
  var lastWasUnderscore = false
  for byte in bytes {
    if byte.isDigit {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int64(byte - 48))
      result = overflow || carry ? .max : sum
      if overflow || carry { break }
      started = true
      lastWasUnderscore = false
    } else if started {
      guard byte == UInt8(ascii: "_"), !lastWasUnderscore else { break }
      lastWasUnderscore = true
    } else if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
      guard !lastWasUnderscore else { break }
      isNegative = byte == UInt8(ascii: "-")
      lastWasUnderscore = true
    } else if !byte.isSpace || lastWasUnderscore {
      break
    }
  }
  return isNegative ? -result : result
}
