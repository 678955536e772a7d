/// Numbers as decimal digits for people and files, always with '.' and ',' whatever the locale.
package enum DecimalText {
  /// Appends the digits of `value` without allocating.
  package static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = UInt64(value.magnitude)
    let start = bytes.count
    repeat {
      bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Digits in groups of three: `1,234,567`.
  package static func grouped(_ value: some FixedWidthInteger) -> String {
    var digits: [UInt8] = []
    append(UInt64(value.magnitude), to: &digits)
    var result: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(UInt8(ascii: ",")) }
      result.append(digit)
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Exactly `digits` places after the point (0 to 9), rounded half away from zero: `fixed(2.5, 2)` is
  /// `2.50`.
  ///
  /// A value beyond 10^15 or not finite is written as Swift writes it.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    let places = min(max(digits, 0), 9)
    var scale: UInt64 = 1
    for _ in 0..<places { scale *= 10 }
    let whole = value.magnitude.rounded(.down)
    let fraction = ((value.magnitude - whole) * Double(scale)).rounded()
    let carried = UInt64(whole) + (fraction >= Double(scale) ? 1 : 0)
    let rest = fraction >= Double(scale) ? 0 : UInt64(fraction)
    var result: [UInt8] = value < 0 && (carried > 0 || rest > 0) ? [UInt8(ascii: "-")] : []
    append(carried, to: &result)
    if places > 0 {
      result.append(UInt8(ascii: "."))
      var tail: [UInt8] = []
      append(rest, to: &tail)
      result.append(contentsOf: repeatElement(0x30, count: places - tail.count))
      result += tail
    }
    return String(decoding: result, as: UTF8.self)
  }
}
