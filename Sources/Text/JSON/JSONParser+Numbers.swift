/// The powers of ten that a double represents exactly.
private let exactPowersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  1e19,
  1e20, 1e21, 1e22,
]

extension JSONParser {
  /// Reads the number at `index`. Whole numbers beyond `Int64` become doubles, and so does `-0`.
  mutating func number() throws(JSONError) -> JSON {
    let start = index
    var i = index
    let isNegative = base[i] == UInt8(ascii: "-")
    if isNegative { i += 1 }

    var mantissa: UInt64 = 0
    var digits = 0
    /// Adds the run of digits at `i` to the mantissa and returns their count; the mantissa is unused beyond
    /// 19 digits.
    func run() -> Int {
      let from = i
      while i < count, case let digit = base[i] &- 0x30, digit < 10 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        i += 1
      }
      digits += i - from
      return i - from
    }

    let leading = i
    guard run() > 0 else { throw invalid(at: start, reached: i) }
    if base[leading] == UInt8(ascii: "0"), i - leading > 1 { throw error(.invalidNumber, at: start) }
    var isWhole = true
    var exponent = 0
    if i < count, base[i] == UInt8(ascii: ".") {
      isWhole = false
      i += 1
      let fraction = run()
      guard fraction > 0 else { throw invalid(at: start, reached: i) }
      exponent = -fraction
    }
    if i < count, base[i] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      i += 1
      var isBelowOne = false
      if i < count, base[i] == UInt8(ascii: "+") || base[i] == UInt8(ascii: "-") {
        isBelowOne = base[i] == UInt8(ascii: "-")
        i += 1
      }
      var power = 0
      let from = i
      while i < count, case let digit = base[i] &- 0x30, digit < 10 {
        power = min(power * 10 + Int(digit), 1_000_000)
        i += 1
      }
      guard i > from else { throw invalid(at: start, reached: i) }
      exponent += isBelowOne ? -power : power
    }
    index = i

    // Nineteen digits always fit in the mantissa.
    if isWhole, digits <= 19 {
      if !isNegative, mantissa <= UInt64(Int64.max) { return .integer(Int64(mantissa)) }
      if isNegative, mantissa > 0, mantissa <= Int64.min.magnitude {
        return .integer(0 &- Int64(truncatingIfNeeded: mantissa))
      }
    }
    // Clinger's fast path: both operands are exact doubles, so one rounding gives the nearest double.
    if digits <= 15, abs(exponent) <= 22 {
      let power = exactPowersOfTen[abs(exponent)]
      let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return .number(isNegative ? -value : value)
    }
    let text = String(decoding: UnsafeBufferPointer(start: base + start, count: i - start), as: UTF8.self)
    guard let value = Double(text) else { throw error(.invalidNumber, at: start) }
    guard value.isFinite else { throw error(.numberTooLarge, at: start) }
    return .number(value)
  }

  private func invalid(at start: Int, reached: Int) -> JSONError {
    reached < count ? error(.invalidNumber, at: start) : error(.endsEarly(expected: "a digit"), at: count)
  }
}
