/// Email addresses as received from shops.
package enum EmailSyntax {
  /// Normalises an address: its domain is mapped as browsers do, the local part is unchanged.
  ///
  /// Accepts what `EmailAddress` does, plus surrounding white space and one dot after the domain, which are
  /// dropped. `localhost` is refused.
  ///
  /// - Parameter mapped: the common form of a non-ASCII domain's spellings; see `EmailAddress.init`.
  package static func normalized(
    _ text: String, mapped: (String) -> String?
  ) throws(EmailSyntaxError) -> String {
    var bytes = TextBytes.trimmed(text)
    // In other scripts the final dot may be an ideographic full stop, which only the mapping recognises.
    if bytes.count > 1, bytes.allSatisfy({ $0 < 0x80 }) { dropRootDot(&bytes) }
    let address: EmailAddress
    do throws(EmailAddressError) {
      address = try EmailAddress(bytes) { domain in
        mapped(domain).map { form in
          var bytes = Array(form.utf8)[...]
          dropRootDot(&bytes)
          return String(decoding: bytes, as: UTF8.self)
        }
      }
    } catch {
      throw EmailSyntaxError(error)
    }
    guard address.domain != "localhost" else { throw EmailSyntaxError(.noTopLevelDomain) }
    return address.description
  }

  private static func dropRootDot(_ bytes: inout ArraySlice<UInt8>) {
    if bytes.last == ASCII.dot { bytes.removeLast() }
  }
}

/// Why a shop's text is not an email address, for its sender. The description never quotes the address.
package struct EmailSyntaxError: Error, Equatable, CustomStringConvertible {
  package let fault: EmailAddressError

  package init(_ fault: EmailAddressError) { self.fault = fault }

  package var description: String {
    "not an email address: \(reason); give one such as ann@example.com"
  }

  private var reason: String {
    switch fault {
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
    case .forbiddenCharacter: "the part before the @ holds a character that is not accepted there"
    case .noDomain, .addressLiteral, .emptyLabel, .longLabel, .noTopLevelDomain, .badDomain:
      "the part after the @ is not a domain name"
    }
  }
}
