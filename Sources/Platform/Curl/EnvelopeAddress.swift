/// An address that is safe between `<` and `>` in an SMTP command.
///
/// libcurl 7.88 copies addresses into MAIL and RCPT unchecked, so that `b@y>\r\nRCPT TO:<c@z` would add a
/// recipient. Anything that could end the path or the line is refused: control characters, spaces, DEL, `<`,
/// `>`, backslash and invalid UTF-8. This protects the protocol; it is not a grammar of addresses.
package struct EnvelopeAddress: Hashable, Sendable, CustomStringConvertible {
  /// The path without angle brackets, 1 to 254 bytes.
  package let path: String

  package init(_ text: String) throws(EnvelopeAddressError) {
    let bytes = text.utf8
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= 254 else { throw .tooLong(bytes: bytes.count) }
    var at: Int?
    for (position, byte) in bytes.enumerated() {
      switch byte {
      case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"):
        throw .forbiddenByte(byte, position: position)
      case UInt8(ascii: "@"): at = position
      default: break
      }
    }
    // C1 controls and line separators pass the check of bytes above, but lenient readers take them for line
    // ends.
    for scalar in text.unicodeScalars
    where (0x80...0x9F).contains(scalar.value) || [0x2028, 0x2029, 0xFFFD].contains(scalar.value) {
      throw .forbiddenCharacter(scalar.value)
    }
    guard let at, at > 0, at < bytes.count - 1 else { throw .noDomain }
    path = text
  }

  /// Whether the server must offer SMTPUTF8 (RFC 6531).
  package var needsUTF8: Bool { path.utf8.contains { $0 >= 0x80 } }

  package var description: String { path }
}

/// Why an envelope address was refused. The text does not repeat the address, which may be personal data.
package enum EnvelopeAddressError: Error, Equatable, CustomStringConvertible {
  case empty
  case tooLong(bytes: Int)
  case forbiddenByte(UInt8, position: Int)
  case forbiddenCharacter(UInt32)
  case noDomain

  package var description: String {
    switch self {
    case .empty: "envelope address: empty; give local@domain"
    case .tooLong(let bytes): "envelope address: \(bytes) bytes, at most 254 are allowed"
    case .forbiddenByte(let byte, let position):
      "envelope address: byte 0x\(hex(byte)) at offset \(position) is not allowed in an address; remove it"
    case .forbiddenCharacter(let scalar):
      "envelope address: character U+\(String(scalar, radix: 16, uppercase: true)) is not allowed in an address; remove it"
    case .noDomain: "envelope address: no domain; give local@domain"
    }
  }

  private func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "0" + digits : digits
  }
}
