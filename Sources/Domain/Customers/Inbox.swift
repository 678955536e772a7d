/// The form in which addresses are compared: one for each mailbox or telephone, however it is spelled.
package enum Inbox {
  /// An email address has its letters in lower case and its domain in ASCII (`münchen.example` and
  /// `xn--mnchen-3ya.example` are one); a telephone number has no 0 that is dialled at home only. What is neither, such
  /// as a customer's id on a webhook, is compared with its ASCII letters in lower case.
  ///
  /// - Parameter asciiDomain: the ASCII form of an internationalised domain; `nil` when it has none.
  package static func key(_ address: String, asciiDomain: (String) -> String?) -> String {
    var bytes = Array(address.utf8)
    if bytes.first == UInt8(ascii: "+") { return PhoneSyntax.canonical(address) }
    var isASCII = true
    for (index, byte) in bytes.enumerated() {
      if byte &- 0x41 < 26 { bytes[index] = byte | 0x20 }
      isASCII = isASCII && byte < 0x80
    }
    guard !isASCII, let at = bytes.lastIndex(of: UInt8(ascii: "@")),
      let domain = asciiDomain(String(decoding: bytes[(at + 1)...], as: UTF8.self))
    else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: bytes[...at], as: UTF8.self) + domain
  }
}
