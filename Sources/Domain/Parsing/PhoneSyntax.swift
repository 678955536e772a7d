/// The syntax of a telephone number that this program takes in.
package enum PhoneSyntax {
  /// The number in E.164, `+8613812345678`: `+` and 8 to 15 digits, the first of them not 0.
  ///
  /// Spaces, hyphens, dots, slashes and parentheses between the digits are dropped, a leading `00` becomes `+`.
  /// Letters, extensions and numbers without a country code are refused: a guess could reach a stranger.
  package static func normalized(_ text: String) throws(PhoneSyntaxError) -> String {
    let bytes = TextBytes.trimmed(text)
    guard !bytes.isEmpty else { throw .empty }
    var digits: [UInt8] = []
    var hasPlus = false
    for (offset, byte) in bytes.enumerated() {
      switch byte {
      case ASCII.plus where offset == 0: hasPlus = true
      case _ where ASCII.isDigit(byte): digits.append(byte)
      case ASCII.space, ASCII.minus, ASCII.dot, ASCII.slash, UInt8(ascii: "("), UInt8(ascii: ")"): break
      default: throw .forbiddenCharacter
      }
    }
    if !hasPlus {
      guard digits.starts(with: [0x30, 0x30]) else { throw .noCountryCode }
      digits.removeFirst(2)
    }
    guard (8...15).contains(digits.count), digits.first != 0x30 else {
      throw .badLength(digits: digits.count)
    }
    return String(decoding: [ASCII.plus] + digits, as: UTF8.self)
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
