/// The number of parts a text message is sent and billed as.
///
/// Characters of GSM 03.38 take one septet, those of its extension table two; any other character turns the
/// whole text into UCS-2, counted in UTF-16 units. A single part holds 160 septets or 70 units; with the
/// six-byte concatenation header of several parts, 153 or 67. Signature and opt-out text count too, so
/// include them.
package struct SMSPartCount: Equatable, Sendable {
  package enum Encoding: String, Sendable {
    case gsm7
    case ucs2
  }

  package let encoding: Encoding
  /// In septets or UTF-16 units.
  package let units: Int
  /// 0 for an empty text.
  package let parts: Int
  /// Units left in the last part.
  package let unitsLeft: Int
  /// The first character that forces UCS-2, so that an author can replace it; `nil` in GSM-7.
  package let firstNonGSM: String?

  package init(_ text: String) {
    var sizes: [UInt8] = []
    var nonGSM: String?
    for character in text {
      for scalar in character.unicodeScalars where nonGSM == nil {
        if let septets = Self.septets(scalar) { sizes.append(septets) } else { nonGSM = String(character) }
      }
      if nonGSM != nil { break }
    }
    firstNonGSM = nonGSM
    if nonGSM != nil {
      encoding = .ucs2
      // A part never splits a surrogate pair.
      sizes = text.unicodeScalars.map { $0.value > 0xFFFF ? 2 : 1 }
    } else {
      encoding = .gsm7
    }
    let (single, part) = nonGSM == nil ? (160, 153) : (70, 67)
    units = sizes.reduce(0) { $0 + Int($1) }
    guard units > single else {
      parts = units == 0 ? 0 : 1
      unitsLeft = single - units
      return
    }
    var count = 1
    var used = 0
    for size in sizes {
      if used + Int(size) > part {
        count += 1
        used = 0
      }
      used += Int(size)
    }
    parts = count
    unitsLeft = part - used
  }

  /// 1 for the basic table, 2 for the extension table, `nil` for anything else.
  private static func septets(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 0x0A, 0x0D, 0x20...0x23, 0x25...0x3F, 0x41...0x5A, 0x61...0x7A: 1
    case 0x24, 0x40, 0x5F: 1
    case 0xA1, 0xA3, 0xA4, 0xA5, 0xA7, 0xBF, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xD1, 0xD6, 0xD8, 0xDC, 0xDF, 0xE0,
      0xE4, 0xE5, 0xE6, 0xE8, 0xE9, 0xEC, 0xF1, 0xF2, 0xF6, 0xF8, 0xF9, 0xFC:
      1
    case 0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9: 1
    case 0x0C, 0x5B...0x5E, 0x7B...0x7E, 0x20AC: 2
    default: nil
    }
  }
}
