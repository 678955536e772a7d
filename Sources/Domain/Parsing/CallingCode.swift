/// A country's calling code, `86`, as assigned by ITU-T E.164.
package struct CallingCode: Hashable, Sendable, CustomStringConvertible {
  /// One to three digits, not starting with 0.
  package let digits: String

  /// Accepts `86`, `+86` and `0086`; `nil` for anything that is not a calling code.
  package init?(_ text: String) {
    var digits = Array(text.utf8.prefix(6))
    guard text.utf8.count < 6 else { return nil }
    if digits.first == ASCII.plus {
      digits.removeFirst()
    } else if digits.starts(with: [0x30, 0x30]) {
      digits.removeFirst(2)
    }
    guard (1...3).contains(digits.count), digits.first != 0x30, digits.allSatisfy(ASCII.isDigit) else {
      return nil
    }
    self.digits = String(decoding: digits, as: UTF8.self)
  }

  package var description: String { digits }

  /// The code of a country with a domestic leading 0 that is not dialled from abroad, if `number` starts with
  /// one. Excludes countries whose international numbers may start with 0 (Italy, Ivory Coast, Gabon, Congo,
  /// Benin), and any without such a 0.
  ///
  /// - Parameter number: the digits after the `+`.
  static func countryWithTrunkZero(of number: some Collection<UInt8>) -> Int? {
    var value = 0
    for (position, byte) in number.prefix(3).enumerated() {
      value = value * 10 + Int(byte & 0xF)
      if trunkZero.contains(value), position + 1 == String(value).utf8.count { return position + 1 }
    }
    return nil
  }

  private static let trunkZero: Set<Int> = [
    20, 27, 31, 32, 33, 40, 41, 43, 44, 46, 49, 51, 54, 55, 58, 60, 61, 62, 63, 64, 66, 81, 82, 84, 86, 90,
    91,
    92, 93, 94, 95, 98, 211, 212, 213, 218, 233, 234, 244, 249, 250, 251, 254, 255, 256, 260, 263, 264, 353,
    355,
    358, 359, 373, 374, 380, 381, 382, 385, 386, 387, 389, 421, 593, 595, 855, 856, 880, 886, 961, 962, 963,
    964,
    966, 967, 971, 972, 976, 977, 994, 995, 996,
  ]
}
