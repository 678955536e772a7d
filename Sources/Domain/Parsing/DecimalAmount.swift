/// Parses amounts such as `12.50` into whole minor units, without binary fractions.
package enum DecimalAmount {
  /// The largest amount accepted, in minor units: far above any order, and far from an overflow of sums.
  package static let maximum: Int64 = 1_000_000_000_000_000

  /// The minor units of an amount in digits: `12`, `12.5`, `.5`, `1e3`, with an optional `+`.
  ///
  /// Digits beyond the minor unit are rounded half up, as cash registers do. Spaces, grouping marks, currency
  /// signs and a decimal comma are refused: `1,234` means two different amounts in two countries.
  package static func minorUnits(
    _ text: String, fractionDigits: Int
  ) throws(DecimalAmountError) -> Int64 {
    let bytes = text.utf8.span
    var cursor = 0
    if bytes.has(ASCII.minus, at: 0) {
      // `-0.00` is zero; any other negative amount is refused.
      for index in 1..<max(bytes.count, 1) where bytes[index] != 0x30 && bytes[index] != ASCII.dot {
        throw ASCII.isDigit(bytes[index]) ? .negative : .notANumber
      }
      cursor = 1
    } else if bytes.has(ASCII.plus, at: 0) {
      cursor = 1
    }
    let start = cursor
    var point: Int?
    scan: while cursor < bytes.count {
      switch bytes[cursor] {
      case 0x30...0x39: break
      case ASCII.dot where point == nil: point = cursor
      default: break scan
      }
      cursor += 1
    }
    let end = cursor
    guard end - start - (point == nil ? 0 : 1) > 0 else { throw .notANumber }
    let exponent = try exponent(bytes, from: end)
    // The position of the decimal point, in digits from the first one.
    let integerDigits = (point ?? end) - start + exponent
    return try round(
      bytes, from: start, to: end, point: point, keeping: integerDigits + fractionDigits)
  }

  private static func exponent(_ bytes: Span<UInt8>, from start: Int) throws(DecimalAmountError) -> Int {
    var cursor = start
    guard cursor < bytes.count else { return 0 }
    guard bytes[cursor] | 0x20 == UInt8(ascii: "e") else { throw .notANumber }
    cursor += 1
    let isNegative = bytes.has(ASCII.minus, at: cursor)
    if isNegative || bytes.has(ASCII.plus, at: cursor) { cursor += 1 }
    guard (1...3).contains(bytes.count - cursor),
      let value = bytes.decimal(at: cursor, digits: bytes.count - cursor)
    else { throw .notANumber }
    return isNegative ? -value : value
  }

  /// The first `count` digits as a number, padded with zeros, rounded by the next digit.
  private static func round(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, point: Int?, keeping count: Int
  ) throws(DecimalAmountError) -> Int64 {
    var value: Int64 = 0
    var taken = 0
    for index in start..<end where index != point {
      let digit = Int64(bytes[index] &- 0x30)
      guard taken < count else {
        if taken == count, digit >= 5 { value += 1 }
        break
      }
      value = value * 10 + digit
      guard value <= maximum else { throw .tooLarge }
      taken += 1
    }
    while taken < count, value > 0 {
      value *= 10
      guard value <= maximum else { throw .tooLarge }
      taken += 1
    }
    guard value <= maximum else { throw .tooLarge }
    return value
  }

  /// The minor units of an amount given as a binary double: the shortest decimal that reads back as the same
  /// double is what the sender wrote, and is rounded.
  package static func minorUnits(
    _ number: Double, fractionDigits: Int
  ) throws(DecimalAmountError) -> Int64 {
    guard number.isFinite else { throw .notANumber }
    guard number >= 0 else { throw .negative }
    let scale: Double =
      switch fractionDigits {
      case 0: 1
      case 3: 1000
      default: 100
      }
    let scaled = (number * scale).rounded()
    // Below 2^53 the division rounds only once, so it gives `number` only for the decimal it was written as.
    if fractionDigits == 0 || fractionDigits == 2 || fractionDigits == 3, scaled < 9_007_199_254_740_992,
      scaled / scale == number, scaled <= Double(maximum)
    {
      return Int64(scaled)
    }
    return try minorUnits(number.description, fractionDigits: fractionDigits)
  }

  /// An amount of 0 or more in digits with a decimal point.
  package static func text(minorUnits: Int64, fractionDigits: Int) -> String {
    var digits: [UInt8] = []
    DecimalText.append(minorUnits, to: &digits)
    guard fractionDigits > 0 else { return String(decoding: digits, as: UTF8.self) }
    digits.insert(contentsOf: repeatElement(0x30, count: max(0, fractionDigits + 1 - digits.count)), at: 0)
    digits.insert(ASCII.dot, at: digits.count - fractionDigits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// The minor units of a whole number of major units.
  package static func minorUnits(whole: Int64, fractionDigits: Int) throws(DecimalAmountError) -> Int64 {
    guard whole >= 0 else { throw .negative }
    var value = whole
    for _ in 0..<fractionDigits {
      guard value <= maximum / 10 else { throw .tooLarge }
      value *= 10
    }
    guard value <= maximum else { throw .tooLarge }
    return value
  }
}

/// Why a text is not an amount. Completes a sentence that starts with the field's name.
package enum DecimalAmountError: Error, Equatable, CustomStringConvertible {
  case notANumber
  case negative
  case tooLarge
  /// Its value if the point separates thousands, and if it is a decimal point.
  case twoReadings(String, String)

  package var description: String {
    switch self {
    case .notANumber: "not an amount; write digits with a decimal point, such as 12.50"
    case .negative: "below zero; amounts are 0 or more"
    case .twoReadings(let thousands, let decimal):
      "not clear: \(thousands) or \(decimal); write one of them, or send a number"
    case .tooLarge: "more than \(DecimalAmount.maximum) minor units; is it in the right currency?"
    }
  }
}
