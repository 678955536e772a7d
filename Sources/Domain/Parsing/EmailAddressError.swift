/// Why a text is not an email address. The description never quotes the address, which is personal data.
package enum EmailAddressError: Error, Equatable, CustomStringConvertible {
  case empty
  case tooLong(bytes: Int)
  /// Positions are counted in bytes from 1.
  case controlCharacter(position: Int)
  case noAtSign
  case severalAtSigns(position: Int)
  case noLocalPart
  case longLocalPart(bytes: Int)
  case nonASCIILocalPart
  /// At an end of the local part, or two in a row.
  case misplacedDot
  case forbiddenCharacter(UInt8, position: Int)
  case noDomain
  case addressLiteral
  /// Two dots in a row, or one at an end of the domain.
  case emptyLabel
  case longLabel
  case noTopLevelDomain
  case badDomain

  package var description: String {
    switch self {
    case .empty: "the address is empty"
    case .tooLong, .longLabel:
      "the address is longer than 254 bytes, or a part of its domain longer than 63"
    case .controlCharacter(let position):
      "byte \(position) of the address is a control character, which is never sent"
    case .noAtSign: "the address has no '@'"
    case .severalAtSigns(let position): Self.forbidden(UInt8(ascii: "@"), position)
    case .noLocalPart: "nothing stands before the '@' of the address"
    case .longLocalPart: "more than 64 bytes stand before the '@' of the address"
    case .nonASCIILocalPart: "the part before the '@' is not plain ASCII, which mail servers do not take"
    case .misplacedDot, .emptyLabel:
      "a dot of the address stands at an end of a part or beside another dot"
    case .forbiddenCharacter(let byte, let position): Self.forbidden(byte, position)
    case .noDomain: "nothing stands behind the '@' of the address"
    case .addressLiteral: "the domain of the address is an IP address; use a host name"
    case .noTopLevelDomain: "the domain of the address has no dot"
    case .badDomain: "the domain of the address is not a host name"
    }
  }

  private static func forbidden(_ byte: UInt8, _ position: Int) -> String {
    "byte \(position) of the address, '\(Character(Unicode.Scalar(byte)))', may not stand in an address"
  }
}
