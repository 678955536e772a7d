/// The syntax of a telephone number that this program takes in.
package enum PhoneSyntax {
  /// The number in E.164, `+8613812345678`: `+` and 8 to 15 digits, the first of them not 0.
  ///
  /// Spaces, hyphens, dots, slashes and parentheses between the digits are dropped, a leading `00` becomes `+`, and the
  /// 0 that is dialled at home only is left out: `+86 (0)138...` and `+860138...` are `+86138...`. Letters, extensions
  /// and, without `country`, numbers without a country code are refused: a guess could reach a stranger.
  ///
  /// - Parameter country: where a number without a country code is at home; it may then have its 0, and also the
  ///   country's code without `+` before at least nine further digits.
  package static func normalized(
    _ text: String, country: CallingCode? = nil
  ) throws(PhoneSyntaxError) -> String {
    guard text.utf8.count <= 100 else { throw .badLength(digits: text.utf8.count(where: ASCII.isDigit)) }
    let bytes = TextBytes.trimmed(text)
    guard !bytes.isEmpty else { throw .empty }
    var digits: [UInt8] = []
    var hasPlus = false
    // Where digits stood in parentheses.
    var open: Int?
    var optionalZero: Int?
    for (offset, byte) in bytes.enumerated() {
      switch byte {
      case ASCII.plus where offset == 0: hasPlus = true
      case _ where ASCII.isDigit(byte): digits.append(byte)
      case UInt8(ascii: "("): open = digits.count
      case UInt8(ascii: ")"):
        if let open, digits[open...] == [0x30], open > 0 { optionalZero = open }
        open = nil
      case ASCII.space, ASCII.minus, ASCII.dot, ASCII.slash: break
      default: throw .forbiddenCharacter
      }
    }
    let isInternational = hasPlus || digits.starts(with: [0x30, 0x30])
    // `(0)` says itself that it is not dialled from abroad.
    if isInternational, let optionalZero { digits.remove(at: optionalZero) }
    if !hasPlus {
      if isInternational {
        digits.removeFirst(2)
      } else {
        guard let country else { throw .noCountryCode }
        digits = international(digits, in: country)
      }
    }
    digits = withoutTrunkZero(digits)
    guard (8...15).contains(digits.count), digits.first != 0x30 else {
      throw .badLength(digits: digits.count)
    }
    return String(decoding: [ASCII.plus] + digits, as: UTF8.self)
  }

  /// The form in which numbers in E.164 are compared: also one that an earlier version took with its 0.
  package static func canonical(_ number: String) -> String {
    guard number.utf8.first == ASCII.plus, number.utf8.count <= 32 else { return number }
    let digits = Array(number.utf8.dropFirst())
    let canonical = withoutTrunkZero(digits)
    guard canonical.count < digits.count else { return number }
    return String(decoding: [ASCII.plus] + canonical, as: UTF8.self)
  }

  private static func international(_ digits: [UInt8], in country: CallingCode) -> [UInt8] {
    let code = Array(country.digits.utf8)
    if digits.starts(with: code), digits.count - code.count >= 9 { return digits }
    return code + digits
  }

  private static func withoutTrunkZero(_ digits: [UInt8]) -> [UInt8] {
    guard let code = CallingCode.countryWithTrunkZero(of: digits), digits.count > code,
      digits[code] == 0x30
    else { return digits }
    return Array(digits[..<code] + digits[(code + 1)...])
  }
}

/// Why a text is no telephone number. The text never repeats the number, which is personal data.
package enum PhoneSyntaxError: Error, Equatable, CustomStringConvertible {
  case empty
  case forbiddenCharacter
  case noCountryCode
  case badLength(digits: Int)

  package var description: String {
    "not a telephone number: \(reason); give one in E.164 such as +8613812345678"
  }

  private var reason: String {
    switch self {
    case .empty: "it is empty"
    case .forbiddenCharacter: "it holds a character that is no digit"
    case .noCountryCode: "it has no country code"
    case .badLength(let digits): "it has \(digits) digits after the +, or begins with 0"
    }
  }
}
