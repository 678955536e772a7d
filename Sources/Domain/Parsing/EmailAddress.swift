/// An email address, `local@domain`.
///
/// Stricter than RFC 5321, because addresses come from a shop's customer data and wrong ones harm the
/// sender's reputation. The local part is an ASCII dot-atom of at most 64 bytes: no quoted strings, no
/// comments, nothing that needs SMTPUTF8. The domain is a host name of at least two labels, or `localhost`:
/// no address literals. At most 254 bytes in all. Whether the mailbox exists is unknown.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
  /// Unchanged: the receiving host may be case-sensitive.
  package let local: String
  /// Lower case if ASCII, otherwise in the form given by `init`.
  package let domain: String

  package var description: String { local + "@" + domain }

  /// - Parameters:
  ///   - text: the bare address, without a name, angle brackets or surrounding white space.
  ///   - domainForm: the common form of a non-ASCII domain's spellings (UTS 46: full-width letters, the
  ///     ideographic full stop, case, composition); `nil` if it is not a domain.
  package init(_ text: String, domainForm: (String) -> String?) throws(EmailAddressError) {
    try self.init(Array(text.utf8)[...], domainForm: domainForm)
  }

  init(_ bytes: ArraySlice<UInt8>, domainForm: (String) -> String?) throws(EmailAddressError) {
    guard !bytes.isEmpty else { throw .empty }
    // Checked first: mapping a domain takes more than linear time.
    guard bytes.count <= Self.longestSpelling else { throw .tooLong(bytes: bytes.count) }
    if let control = bytes.firstIndex(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw .controlCharacter(position: control - bytes.startIndex + 1)
    }
    guard let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { throw .noAtSign }
    let (local, rest) = (bytes[..<at], bytes[(at + 1)...])
    guard !rest.contains(UInt8(ascii: "@")) else { throw .severalAtSigns(position: local.count + 1) }
    let domain = try Self.formed(rest, domainForm)
    let count = local.count + 1 + domain.count
    guard count <= 254 else { throw .tooLong(bytes: count) }
    try Self.check(local: local)
    try Self.check(domain: domain)
    self.local = String(decoding: local, as: UTF8.self)
    self.domain = String(decoding: domain, as: UTF8.self)
  }

  /// `atext` of RFC 5322 section 3.2.3, allowed in local parts besides dots.
  package static func isAtomText(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
      UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"),
      UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// Letters of other scripts take more bytes than their mapped form.
  private static let longestSpelling = 1000

  private static func check(local: ArraySlice<UInt8>) throws(EmailAddressError) {
    guard !local.isEmpty else { throw .noLocalPart }
    guard local.count <= 64 else { throw .longLocalPart(bytes: local.count) }
    guard local.allSatisfy({ $0 < 0x80 }) else { throw .nonASCIILocalPart }
    var before = ASCII.dot
    for (offset, byte) in local.enumerated() {
      switch byte {
      case ASCII.dot:
        guard before != ASCII.dot else { throw .misplacedDot }
      case _ where !isAtomText(byte): throw .forbiddenCharacter(byte, position: offset + 1)
      default: break
      }
      before = byte
    }
    guard before != ASCII.dot else { throw .misplacedDot }
  }

  private static func formed(
    _ domain: ArraySlice<UInt8>, _ form: (String) -> String?
  ) throws(EmailAddressError) -> [UInt8] {
    guard domain.contains(where: { $0 >= 0x80 }) else { return domain.map(ASCII.lowercased) }
    guard let form = form(String(decoding: domain, as: UTF8.self)) else { throw .badDomain }
    return form.utf8.map(ASCII.lowercased)
  }

  private static func check(domain: [UInt8]) throws(EmailAddressError) {
    guard let first = domain.first else { throw .noDomain }
    guard first != UInt8(ascii: "[") else { throw .addressLiteral }
    let labels = domain.split(separator: ASCII.dot, omittingEmptySubsequences: false)
    for label in labels {
      guard !label.isEmpty else { throw .emptyLabel }
      guard label.count <= 63 else { throw .longLabel }
      guard label.first != ASCII.minus, label.last != ASCII.minus, isHostText(label) else {
        throw .badDomain
      }
    }
    guard labels.count > 1 || domain.elementsEqual("localhost".utf8) else { throw .noTopLevelDomain }
    // A numeric last label would be the end of an IPv4 address.
    guard let last = labels.last, !last.allSatisfy(ASCII.isDigit) else { throw .addressLiteral }
  }

  private static func isHostText(_ label: ArraySlice<UInt8>) -> Bool {
    func isHostByte(_ byte: UInt8) -> Bool {
      ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == ASCII.minus
    }
    if label.allSatisfy(isHostByte) { return true }
    return String(decoding: label, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
      guard scalar.value >= 0x80 else { return isHostByte(UInt8(truncatingIfNeeded: scalar.value)) }
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .spacingMark, .decimalNumber: return true
      default: return scalar.properties.isAlphabetic
      }
    }
  }
}
