/// The syntax of an email address that this program takes in: RFC 5321's, without the forms that only attackers
/// and test suites use.
package enum EmailSyntax {
  /// The address with its domain mapped as browsers do and the local part as it came.
  ///
  /// Taken: `local@domain`, the local part up to 64 bytes of dot-separated atoms in ASCII, the domain two or
  /// more labels of letters, digits and hyphens in any script, 254 bytes in all; white space at the ends and a dot
  /// behind the domain are dropped. Refused, whatever RFC 5322 says: quoted local parts, comments, `<>`, address
  /// literals, several addresses, control characters, domains without a dot; and local parts beyond ASCII, which need
  /// servers with SMTPUTF8 all the way. Says nothing about whether the mailbox exists.
  ///
  /// - Parameter mapped: the form of a domain beyond ASCII that all its spellings share (UTS 46: full-width letters, the
  ///   ideographic full stop, case, composition); `nil` for what is none.
  package static func normalized(
    _ text: String, mapped: (String) -> String?
  ) throws(EmailSyntaxError) -> String {
    let bytes = TextBytes.trimmed(text)
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= longestSpelling else { throw .tooLong(bytes: bytes.count) }
    var at: Int?
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "@"):
        guard at == nil else { throw .severalAtSigns }
        at = index
      case 0..<0x20, 0x7F: throw .controlCharacter
      default: break
      }
    }
    guard let at else { throw .noAtSign }
    let local = bytes.prefix(at)
    var domain = Array(bytes.dropFirst(at + 1))
    if !domain.allSatisfy({ $0 < 0x80 }) {
      guard let form = mapped(String(decoding: domain, as: UTF8.self)) else { throw .badDomain }
      domain = Array(form.utf8)
    }
    if domain.last == ASCII.dot { domain.removeLast() }
    // Wide letters are longer than what they are mapped to.
    guard at + 1 + domain.count <= 254 else { throw .tooLong(bytes: at + 1 + domain.count) }
    try check(local: local)
    try check(domain: domain[...])
    return String(decoding: local + [UInt8(ascii: "@")] + domain.map(ASCII.lowercased), as: UTF8.self)
  }

  private static let longestSpelling = 1000

  private static func check(local: ArraySlice<UInt8>) throws(EmailSyntaxError) {
    guard !local.isEmpty else { throw .noLocalPart }
    guard local.count <= 64 else { throw .longLocalPart(bytes: local.count) }
    guard local.allSatisfy({ $0 < 0x80 }) else { throw .nonASCIILocalPart }
    var before = ASCII.dot
    for byte in local {
      let isAtom =
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
      guard isAtom || byte == ASCII.dot else { throw .badLocalPart }
      guard byte != ASCII.dot || before != ASCII.dot else { throw .misplacedDot }
      before = byte
    }
    guard before != ASCII.dot else { throw .misplacedDot }
  }

  private static func check(domain: ArraySlice<UInt8>) throws(EmailSyntaxError) {
    let labels = domain.split(separator: ASCII.dot, omittingEmptySubsequences: false)
    guard labels.count >= 2 else { throw .badDomain }
    for label in labels {
      guard (1...63).contains(label.count), label.first != ASCII.minus, label.last != ASCII.minus,
        String(decoding: label, as: UTF8.self).unicodeScalars.allSatisfy(isDomainScalar)
      else { throw .badDomain }
    }
    // A last label of digits would be an IPv4 address.
    guard let last = labels.last, !last.allSatisfy(ASCII.isDigit) else { throw .badDomain }
  }

  private static func isDomainScalar(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x80 else {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      return ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == ASCII.minus
    }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber: return true
    default: return properties.isAlphabetic
    }
  }
}

/// Why a text is no email address. The text never repeats the address, which is personal data.
package enum EmailSyntaxError: Error, Equatable, CustomStringConvertible {
  case empty
  case tooLong(bytes: Int)
  case controlCharacter
  case noAtSign
  case severalAtSigns
  case noLocalPart
  case longLocalPart(bytes: Int)
  case nonASCIILocalPart
  case misplacedDot
  case badLocalPart
  case badDomain

  package var description: String {
    "not an email address: \(reason); give one such as ann@example.com"
  }

  private var reason: String {
    switch self {
    case .empty: "it is empty"
    case .tooLong(let bytes): "it has \(bytes) bytes, at most 254 are allowed"
    case .controlCharacter: "it holds a control character"
    case .noAtSign: "it has no @"
    case .severalAtSigns: "it has more than one @"
    case .noLocalPart: "nothing stands before the @"
    case .longLocalPart(let bytes): "the part before the @ has \(bytes) bytes, at most 64 are allowed"
    case .nonASCIILocalPart:
      "the part before the @ has letters beyond ASCII, which many mail servers do not take"
    case .misplacedDot: "the part before the @ has a dot at its end or two in a row"
    case .badLocalPart: "the part before the @ holds a character that is not accepted there"
    case .badDomain: "the part after the @ is not a domain name"
    }
  }
}

/// What the syntaxes of this folder share.
enum TextBytes {
  /// The UTF-8 of `text` without ASCII white space at its ends.
  static func trimmed(_ text: String) -> ArraySlice<UInt8> {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first == ASCII.space || (0x09...0x0D).contains(first) {
      bytes.removeFirst()
    }
    while let last = bytes.last, last == ASCII.space || (0x09...0x0D).contains(last) { bytes.removeLast() }
    return bytes
  }
}
