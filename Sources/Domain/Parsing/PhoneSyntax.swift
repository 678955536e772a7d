/// The syntax of accepted telephone numbers: the one rule for files, the API and the command line.
package enum PhoneSyntax {
  /// Normalises a number to E.164, `+8613812345678`: `+` and 8 to 15 digits, which start with an existing
  /// calling code, followed by as many digits as that country's plan requires (`NumberingPlan`).
  ///
  /// Additions by people and spreadsheets are dropped: spaces, hyphens, dots, slashes and parentheses between
  /// the digits, full-width forms of all these, invisible characters, a leading apostrophe, a trailing `.0`.
  /// A leading `00` becomes `+`, and the domestic leading 0 is dropped: `+86 (0)138...` and `+860138...` are
  /// `+86138...`. Letters, extensions, numbers rounded by a spreadsheet (`1.37E+10`) and, without `country`,
  /// numbers without a country code are refused: a guess could reach a stranger.
  ///
  /// - Parameter country: the country of a number without a country code; it may then have its domestic 0,
  ///   and also the country's code without `+` before at least nine further digits.
  package static func normalized(
    _ text: String, country: CallingCode? = nil
  ) throws(PhoneSyntaxError) -> String {
    guard text.utf8.count <= 100 else { throw .badLength(digits: text.utf8.count(where: ASCII.isDigit)) }
    let written = try WrittenNumber(text)
    var digits = written.digits
    let isInternational = written.hasPlus || digits.starts(with: [0x30, 0x30])
    // `(0)` explicitly marks a 0 that is not dialled from abroad.
    if isInternational, let zero = written.optionalZero { digits.remove(at: zero) }
    if !written.hasPlus {
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
    try NumberingPlan.check(digits)
    return String(decoding: [ASCII.plus] + digits, as: UTF8.self)
  }

  /// The form in which E.164 numbers are compared: also drops a 0 that an earlier version kept.
  package static func canonical(_ number: String) -> String {
    guard number.utf8.first == ASCII.plus, number.utf8.count <= 32 else { return number }
    let digits = Array(number.utf8.dropFirst())
    let canonical = withoutTrunkZero(digits)
    guard canonical.count < digits.count else { return number }
    return String(decoding: [ASCII.plus] + canonical, as: UTF8.self)
  }

  /// Whether an earlier version may have stored this: `+` and 8 to 15 digits, regardless of plan.
  package static func mayBeStored(_ number: String) -> Bool {
    number.utf8.first == ASCII.plus && (9...16).contains(number.utf8.count)
      && number.utf8.dropFirst().allSatisfy(ASCII.isDigit)
  }

  /// The number to suppress: also accepts an invalid one that an earlier version has stored.
  package static func held(
    _ text: String, country: CallingCode? = nil
  ) throws(PhoneSyntaxError) -> String {
    do {
      return try normalized(text, country: country)
    } catch {
      guard mayBeStored(text) else { throw error }
      return canonical(text)
    }
  }

  private static func international(_ digits: [UInt8], in country: CallingCode) -> [UInt8] {
    let code = Array(country.digits.utf8)
    if digits.starts(with: code), digits.count - code.count >= 9 { return digits }
    // Russia and Kazakhstan dial 8 domestically instead of 0.
    if country.digits == "7", digits.count == 11, digits.first == 0x38 { return code + digits.dropFirst() }
    return code + digits
  }

  private static func withoutTrunkZero(_ digits: [UInt8]) -> [UInt8] {
    guard let code = CallingCode.countryWithTrunkZero(of: digits), digits.count > code,
      digits[code] == 0x30
    else { return digits }
    return Array(digits[..<code] + digits[(code + 1)...])
  }
}

/// The digits of a number as written.
private struct WrittenNumber {
  var digits: [UInt8] = []
  var hasPlus = false
  /// The index of the digit written as `(0)`.
  var optionalZero: Int?

  init(_ text: String) throws(PhoneSyntaxError) {
    // The index of the digits in parentheses.
    var open: Int?
    var isFirst = true
    var dots = 0
    var digitsBeforeDot = 0
    var hasOtherSeparators = false
    for scalar in String(decoding: TextBytes.trimmed(text), as: UTF8.self).unicodeScalars {
      switch Self.plain(scalar) {
      case nil: continue
      case ASCII.plus? where isFirst: hasPlus = true
      case UInt8(ascii: "'")? where isFirst: continue
      case let digit? where ASCII.isDigit(digit): digits.append(digit)
      case UInt8(ascii: "(")?:
        open = digits.count
        hasOtherSeparators = true
      case UInt8(ascii: ")")?:
        if let open, digits[open...] == [0x30], open > 0 { optionalZero = open }
        open = nil
      case ASCII.dot?:
        dots += 1
        digitsBeforeDot = digits.count
      case ASCII.space?, ASCII.minus?, ASCII.slash?: hasOtherSeparators = true
      case UInt8(ascii: "E")?, UInt8(ascii: "e")?:
        throw Self.isRounded(text) ? .rounded : .forbiddenCharacter
      default: throw .forbiddenCharacter
      }
      isFirst = false
    }
    guard !digits.isEmpty || hasPlus else { throw .empty }
    // `13711112222.0` is a number in a spreadsheet.
    if dots == 1, !hasOtherSeparators, digitsBeforeDot >= 7, (1...2).contains(digits.count - digitsBeforeDot),
      digits[digitsBeforeDot...].allSatisfy({ $0 == 0x30 })
    {
      digits.removeSubrange(digitsBeforeDot...)
    }
  }

  /// A character in ASCII; `nil` for an invisible one, 0 for one that is not allowed in a number.
  private static func plain(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 0x20...0x7E: UInt8(scalar.value)
    case 0xFF01...0xFF5E: UInt8(scalar.value - 0xFEE0)
    case 0xA0, 0x2000...0x200A, 0x202F, 0x3000: ASCII.space
    case 0x2010...0x2015, 0x2212: ASCII.minus
    case 0x2019: UInt8(ascii: "'")
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: nil
    default: 0
    }
  }

  /// Whether a spreadsheet has written `text` with an exponent, `1.37E+10`, losing its last digits.
  private static func isRounded(_ text: String) -> Bool {
    let parts = text.utf8.split { $0 == UInt8(ascii: "E") || $0 == UInt8(ascii: "e") }
    return parts.count == 2 && parts[1].count <= 3 && Double(text) != nil
  }
}

/// Why a text is not a telephone number. The text never quotes the number, which is personal data.
package enum PhoneSyntaxError: Error, Equatable, CustomStringConvertible {
  case empty
  case forbiddenCharacter
  case noCountryCode
  case badLength(digits: Int)
  /// A spreadsheet wrote it with an exponent.
  case rounded
  /// There is no such calling code.
  case unassigned
  /// `digits` is the count after the country's `code`, and `expected` what its plan requires.
  case notInPlan(code: String, digits: Int, expected: ClosedRange<Int>)
  /// The right length for the country, but not a valid number.
  case noSuchNumber(code: String)

  package var description: String {
    "not a telephone number: \(reason); give one in E.164 such as +8613812345678"
  }

  private var reason: String {
    switch self {
    case .empty: "it is empty"
    case .forbiddenCharacter: "it holds a character that is no digit"
    case .noCountryCode: "it has no country code"
    case .badLength(let digits): "it has \(digits) digits after the +, or begins with 0"
    case .rounded: "a spreadsheet has rounded it, so its last digits are lost; export the column as text"
    case .unassigned: "no country has the code that it begins with"
    case .notInPlan(let code, let digits, let expected):
      "it has \(digits) digits after +\(code), where numbers have \(Self.text(expected))"
    case .noSuchNumber(let code): "+\(code) has no such numbers"
    }
  }

  private static func text(_ range: ClosedRange<Int>) -> String {
    range.count == 1
      ? "\(range.lowerBound)" : "\(range.lowerBound) \(range.count == 2 ? "or" : "to") \(range.upperBound)"
  }
}
