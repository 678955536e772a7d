/// Bytes as text of 64 letters (RFC 4648 sections 4 and 5).
package enum Base64 {
  package enum Alphabet: Sendable {
    /// `+` and `/`, with padding.
    case standard
    /// `-` and `_`, without padding: safe in URLs and file names.
    case urlSafe
  }

  package static func text(_ bytes: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> String {
    let letters = alphabet == .standard ? standardLetters : urlSafeLetters
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    var group: UInt32 = 0
    var held = 0
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      held += 1
      if held == 3 {
        for shift in [18, 12, 6, 0] as [UInt32] { result.append(letters[Int(group >> shift & 63)]) }
        group = 0
        held = 0
      }
    }
    if held > 0 {
      group <<= UInt32(8 * (3 - held))
      for shift in ([18, 12, 6] as [UInt32]).prefix(held + 1) {
        result.append(letters[Int(group >> shift & 63)])
      }
      if alphabet == .standard {
        result.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - held))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The bytes of `text`, or nil when it is not exactly what `text(_:_:)` writes for them: every value has
  /// one spelling, so that a signed token cannot be varied. Padding may be left out, but not be wrong.
  package static func bytes(_ text: String, _ alphabet: Alphabet = .standard) -> [UInt8]? {
    let utf8 = Array(text.utf8)
    var end = utf8.count
    if alphabet == .standard, utf8.count % 4 == 0 {
      while end > 0, utf8.count - end < 2, utf8[end - 1] == UInt8(ascii: "=") { end -= 1 }
    }
    guard end % 4 != 1 else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(end * 3 / 4)
    var group: UInt32 = 0
    var bits: UInt32 = 0
    for letter in utf8[..<end] {
      guard let value = value(of: letter, alphabet) else { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: group >> bits))
        group &= 1 << bits - 1
      }
    }
    // Bits left over must be zero (RFC 4648 section 3.5).
    return group == 0 ? result : nil
  }

  private static let standardLetters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafeLetters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static func value(of letter: UInt8, _ alphabet: Alphabet) -> UInt8? {
    switch letter {
    case 0x41...0x5A: letter - 0x41
    case 0x61...0x7A: letter - 0x61 + 26
    case 0x30...0x39: letter - 0x30 + 52
    case UInt8(ascii: alphabet == .standard ? "+" : "-"): 62
    case UInt8(ascii: alphabet == .standard ? "/" : "_"): 63
    default: nil
    }
  }
}
