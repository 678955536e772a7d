/// An exact decimal number, `digits × 10^exponent`, so that sums come out as people expect: 0.1 + 0.2 is 0.3.
///
/// Holds about 38 digits. Operations that need more return `nil`, and callers fall back to binary.
struct Decimal {
  var digits: Int128
  var exponent: Int
  /// Whether this is the zero printed as `-0.0`.
  private(set) var isNegativeZero = false

  init(digits: Int128, exponent: Int) {
    self.digits = digits
    self.exponent = exponent
  }

  static let negativeZero: Decimal = {
    var zero = Decimal(digits: 0, exponent: 0)
    zero.isNegativeZero = true
    return zero
  }()

  /// Also for a zero.
  var isNegative: Bool { digits < 0 || isNegativeZero }

  init(_ integer: Int64) { self.init(digits: Int128(integer), exponent: 0) }

  /// The shortest decimal that reads back as `double`; `nil` unless it is finite.
  init?(_ double: Double) {
    guard double.isFinite else { return nil }
    if double == 0, double.sign == .minus {
      self = .negativeZero
      return
    }
    // Fast path for the few digits of most amounts: a decimal of up to 15 digits that reads back as the
    // number is its shortest.
    for (places, scale) in [1.0, 10, 100, 1000].enumerated() {
      let scaled = (double * scale).rounded()
      if abs(scaled) < 1e15, scaled / scale == double {
        self.init(digits: Int128(Int64(scaled)), exponent: -places)
        return
      }
    }
    self.init(text: double.description)
  }

  /// Parses `-12.5` or `1.5e-07`; `nil` for other characters or too many digits.
  init?(text: String) {
    var digits: Int128 = 0
    var exponent = 0
    var isNegative = false
    var seenPoint = false
    var count = 0
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "-") where count == 0: isNegative = true
      case UInt8(ascii: "."): seenPoint = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard count < 37 else { return nil }
        digits = digits * 10 + Int128(byte - 48)
        if digits != 0 { count += 1 }
        if seenPoint { exponent -= 1 }
      case UInt8(ascii: "e"):
        var rest = ""
        while let byte = bytes.next() { rest.unicodeScalars.append(Unicode.Scalar(byte)) }
        guard let power = Int(rest) else { return nil }
        exponent += power
      default: return nil
      }
    }
    // At most 37 digits, so the minimum value, which has no negation, cannot occur.
    self.init(digits: isNegative ? -digits : digits, exponent: exponent)
    isNegativeZero = isNegative && digits == 0
  }

  /// The nearest binary number.
  var double: Double {
    if isNegativeZero { return -0.0 }
    // Both parts are exact binary numbers, so a single operation rounds correctly (Clinger 1990).
    if digits.magnitude < 1 << 53, exponent.magnitude <= 22 {
      let whole = Double(Int64(digits))
      return exponent < 0 ? whole / powersOfTen[-exponent] : whole * powersOfTen[exponent]
    }
    return Double("\(digits)e\(exponent)") ?? 0
  }

  /// The negated number; `nil` for the one that has no negation.
  var negated: Decimal? {
    if digits == 0 { return isNegativeZero ? Decimal(digits: 0, exponent: 0) : .negativeZero }
    let (digits, overflow) = Int128(0).subtractingReportingOverflow(digits)
    return overflow ? nil : Decimal(digits: digits, exponent: exponent)
  }

  static func power(_ exponent: Int) -> Int128? {
    guard exponent >= 0, exponent <= 38 else { return nil }
    var result: Int128 = 1
    for _ in 0..<exponent { result *= 10 }
    return result
  }

  private static func aligned(_ a: Decimal, _ b: Decimal) -> (Int128, Int128, Int)? {
    let exponent = min(a.exponent, b.exponent)
    guard let scaleA = power(a.exponent - exponent), let scaleB = power(b.exponent - exponent) else {
      return nil
    }
    let (x, overflowX) = a.digits.multipliedReportingOverflow(by: scaleA)
    let (y, overflowY) = b.digits.multipliedReportingOverflow(by: scaleB)
    return overflowX || overflowY ? nil : (x, y, exponent)
  }

  static func add(_ a: Decimal, _ b: Decimal) -> Decimal? {
    guard let (x, y, exponent) = aligned(a, b) else { return nil }
    let (sum, overflow) = x.addingReportingOverflow(y)
    return overflow ? nil : Decimal(digits: sum, exponent: exponent)
  }

  static func multiply(_ a: Decimal, _ b: Decimal) -> Decimal? {
    let (product, overflow) = a.digits.multipliedReportingOverflow(by: b.digits)
    return overflow ? nil : Decimal(digits: product, exponent: a.exponent + b.exponent)
  }

  /// Truncated after at least 20 significant digits. `b` must not be zero.
  static func divide(_ a: Decimal, _ b: Decimal) -> Decimal? {
    var a = a
    while a.digits != 0 {
      let (next, overflow) = a.digits.multipliedReportingOverflow(by: 10)
      if overflow { break }
      a = Decimal(digits: next, exponent: a.exponent - 1)
    }
    let (quotient, overflow) = a.digits.dividedReportingOverflow(by: b.digits)
    guard !overflow, a.digits == 0 || quotient.magnitude >= 1_000_000_000_000_000_000 else { return nil }
    return Decimal(digits: quotient, exponent: a.exponent - b.exponent)
  }

  /// Has the sign of `b`, like Ruby's `%`. `b` must not be zero.
  static func modulo(_ a: Decimal, _ b: Decimal) -> Decimal? {
    guard let (x, y, exponent) = aligned(a, b) else { return nil }
    let remainder = x.remainderReportingOverflow(dividingBy: y).partialValue
    return Decimal(
      digits: remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder, exponent: exponent)
  }

  static func less(_ a: Decimal, _ b: Decimal) -> Bool {
    guard let (x, y, _) = aligned(a, b) else { return a.double < b.double }
    return x < y
  }

  enum Rounding { case down, up, halfAwayFromZero }

  /// Rounds to `places` digits after the point; a negative number rounds to tens, hundreds and so on.
  func rounded(_ rounding: Rounding, places: Int) -> Decimal {
    let cut = -places - exponent
    guard cut > 0, digits != 0 else { return self }
    var result = cutOff(cut, rounding, places)
    result.isNegativeZero = result.digits == 0 && digits < 0
    return result
  }

  private func cutOff(_ cut: Int, _ rounding: Rounding, _ places: Int) -> Decimal {
    guard let scale = Decimal.power(cut) else {
      let isWhole = rounding == .down ? digits < 0 : rounding == .up && digits > 0
      return Decimal(digits: isWhole ? (digits < 0 ? -1 : 1) : 0, exponent: -places)
    }
    var quotient = digits / scale
    let remainder = digits % scale
    switch rounding {
    case .down: if remainder < 0 { quotient -= 1 }
    case .up: if remainder > 0 { quotient += 1 }
    case .halfAwayFromZero:
      if remainder.magnitude >= scale.magnitude - remainder.magnitude { quotient += digits < 0 ? -1 : 1 }
    }
    return Decimal(digits: quotient, exponent: -places)
  }

  /// The number without its fraction; `nil` on overflow.
  var integer: Int64? {
    let whole = rounded(.halfAwayFromZero, places: 0)
    guard whole.digits != 0 else { return 0 }
    guard whole.exponent >= 0 else { return nil }
    guard let scale = Decimal.power(whole.exponent) else { return nil }
    let (value, overflow) = whole.digits.multipliedReportingOverflow(by: scale)
    return overflow ? nil : Int64(exactly: value)
  }
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  1e20,
  1e21, 1e22,
]
