internal import CIDN

/// Internationalised domain names by IDNA 2008 (RFC 5890) with the mapping of UTS 46, as browsers and mail
/// programs do.
package enum DomainName {
  /// The domain in ASCII, lower case, with `xn--` labels: one form for all spellings of a host, whatever
  /// their case and Unicode normalisation. A domain that is already ASCII is not validated.
  ///
  /// - Returns: `nil` if this is not a domain name or is too long for one.
  package static func ascii(_ domain: String) -> String? {
    // Checked first: the conversion takes more than linear time.
    guard (1...1000).contains(domain.utf8.count), !domain.utf8.contains(0) else { return nil }
    if domain.utf8.allSatisfy({ $0 < 0x80 }) { return domain.lowercased() }
    var output: UnsafeMutablePointer<CChar>?
    let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
    guard idn2_to_ascii_8z(domain, &output, flags) == IDN2_OK.rawValue, let output else { return nil }
    defer { idn2_free(output) }
    return String(cString: output)
  }

  /// The domain in Unicode, one form for all spellings of a host: `bücher.example` for `ＢÜＣＨＥＲ。example` and
  /// for `xn--bcher-kva.example`.
  ///
  /// - Returns: `nil` if this is not a domain name or is too long for one.
  package static func unicode(_ domain: String) -> String? {
    guard let ascii = ascii(domain) else { return nil }
    var output: UnsafeMutablePointer<CChar>?
    guard idn2_to_unicode_8z8z(ascii, &output, 0) == IDN2_OK.rawValue, let output else { return nil }
    defer { idn2_free(output) }
    return String(cString: output)
  }
}
