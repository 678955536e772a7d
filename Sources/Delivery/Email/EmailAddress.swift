internal import Platform

/// An email address in the form that goes into an SMTP envelope and a header: plain ASCII, checked.
///
/// The policy is stricter than RFC 5321, because an address here comes from a shop's customer data and a wrong
/// one costs reputation: the local part is a dot-atom (no quoted strings), the domain is a host name with at
/// least two labels or `localhost` (no address literals), and nothing outside ASCII stands in the local part
/// (that needs SMTPUTF8). A domain in another script is turned into its `xn--` form (RFC 5890).
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
  /// As given; its case is kept, since the receiving host may care.
  package let local: String
  /// Lower case, `xn--` labels for other scripts.
  package let domain: String

  /// Checks `text`, which must be the bare address: no name, no angle brackets, no surrounding space.
  package init(_ text: String) throws(EmailAddressError) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= 1000 else { throw .tooLong }
    for (offset, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x7F {
      throw .controlCharacter(position: offset + 1)
    }
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { throw .noAt }
    guard at > 0 else { throw .emptyLocalPart }
    guard at <= 64 else { throw .localPartTooLong }
    var previous = UInt8(ascii: ".")
    for (offset, byte) in bytes[..<at].enumerated() {
      switch byte {
      case UInt8(ascii: "."):
        guard previous != UInt8(ascii: ".") else { throw .misplacedDot }
      case _ where byte >= 0x80: throw .nonASCIILocalPart
      case _ where !isAtomText(byte): throw .forbiddenCharacter(byte, position: offset + 1)
      default: break
      }
      previous = byte
    }
    guard previous != UInt8(ascii: ".") else { throw .misplacedDot }
    local = String(decoding: bytes[..<at], as: UTF8.self)
    domain = try Self.hostName(String(decoding: bytes[(at + 1)...], as: UTF8.self))
    guard local.utf8.count + 1 + domain.utf8.count <= 254 else { throw .tooLong }
  }

  package var description: String { local + "@" + domain }

  /// The domain in its ASCII form, lower case.
  private static func hostName(_ text: String) throws(EmailAddressError) -> String {
    guard !text.isEmpty else { throw .emptyDomain }
    guard text.utf8.first != UInt8(ascii: "[") else { throw .addressLiteral }
    guard let ascii = DomainName.ascii(text) else { throw .badDomain }
    var labels: [String] = []
    for part in ascii.split(separator: ".", omittingEmptySubsequences: false) {
      let label = String(part)
      let bytes = label.utf8
      guard !bytes.isEmpty else { throw .misplacedDot }
      guard bytes.count <= 63 else { throw .tooLong }
      guard bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-"),
        bytes.allSatisfy(isHostByte)
      else { throw .badDomain }
      labels.append(label)
    }
    guard labels.count > 1 || labels == ["localhost"] else { throw .domainWithoutDot }
    guard let top = labels.last, !top.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .addressLiteral
    }
    return labels.joined(separator: ".")
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
  }
}

/// `atext` of RFC 5322 3.2.3.
func isAtomText(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
  case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
    UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
    UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
    UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
    true
  default: false
  }
}

/// Why a text is not an email address. The text never repeats the address: it goes to logs.
package enum EmailAddressError: Error, Equatable, CustomStringConvertible {
  case empty
  case noAt
  case emptyLocalPart
  case emptyDomain
  case localPartTooLong
  case tooLong
  case misplacedDot
  case nonASCIILocalPart
  case addressLiteral
  case badDomain
  case domainWithoutDot
  /// Positions count bytes from 1.
  case controlCharacter(position: Int)
  case forbiddenCharacter(UInt8, position: Int)
  case notAMailbox

  package var description: String {
    switch self {
    case .empty: "the address is empty"
    case .noAt: "the address has no '@'"
    case .emptyLocalPart: "nothing stands before the '@' of the address"
    case .emptyDomain: "nothing stands behind the '@' of the address"
    case .localPartTooLong: "more than 64 bytes stand before the '@' of the address"
    case .tooLong: "the address is longer than 254 bytes, or a part of its domain longer than 63"
    case .misplacedDot: "a dot of the address stands at an end of a part or beside another dot"
    case .nonASCIILocalPart: "the part before the '@' is not plain ASCII, which mail servers do not take"
    case .addressLiteral: "the domain of the address is an IP address; use a host name"
    case .badDomain: "the domain of the address is not a host name"
    case .domainWithoutDot: "the domain of the address has no dot"
    case .controlCharacter(let position):
      "byte \(position) of the address is a control character, which is never sent"
    case .forbiddenCharacter(let byte, let position):
      "byte \(position) of the address, '\(Character(Unicode.Scalar(byte)))', may not stand in an address"
    case .notAMailbox: "expected 'address' or 'Name <address>'"
    }
  }
}

/// A sender or receiver as people write it: `Qingshan Tea <hello@tea.example>`.
package struct Mailbox: Hashable, Sendable {
  /// Empty when there is no name.
  package var name: String
  package var address: EmailAddress

  package init(name: String = "", address: EmailAddress) {
    self.name = name
    self.address = address
  }

  /// Reads `address`, `<address>`, `Name <address>` or `"Name, quoted" <address>`.
  package init(_ text: String) throws(EmailAddressError) {
    let bytes = text.utf8.drop { $0 == 0x20 }
    guard let open = bytes.lastIndex(of: UInt8(ascii: "<")) else {
      guard !bytes.contains(UInt8(ascii: ">")) else { throw .notAMailbox }
      self.init(address: try EmailAddress(Self.trimmed(bytes)))
      return
    }
    guard let close = bytes.lastIndex(of: UInt8(ascii: ">")), open < close,
      bytes[bytes.index(after: close)...].allSatisfy({ $0 == 0x20 })
    else { throw .notAMailbox }
    let address = try EmailAddress(Self.trimmed(bytes[bytes.index(after: open)..<close]))
    var name = Array(Self.trimmed(bytes[..<open]).utf8)
    if name.first == UInt8(ascii: "\"") {
      guard name.count >= 2, name.last == UInt8(ascii: "\"") else { throw .notAMailbox }
      var plain: [UInt8] = []
      var escaped = false
      for byte in name[1..<(name.count - 1)] {
        if byte == UInt8(ascii: "\\"), !escaped {
          escaped = true
        } else {
          plain.append(byte)
          escaped = false
        }
      }
      name = plain
    } else if name.contains(UInt8(ascii: "<")) || name.contains(UInt8(ascii: "\"")) {
      throw .notAMailbox
    }
    for (offset, byte) in name.enumerated() where byte < 0x20 || byte == 0x7F {
      throw .controlCharacter(position: offset + 1)
    }
    self.init(name: String(decoding: name, as: UTF8.self), address: address)
  }

  private static func trimmed(_ bytes: Substring.UTF8View) -> String {
    var slice = bytes
    while slice.first == 0x20 { slice = slice.dropFirst() }
    while slice.last == 0x20 { slice = slice.dropLast() }
    return String(decoding: slice, as: UTF8.self)
  }
}
