/// The form in which addresses are compared: one per mailbox or telephone, however it is spelled.
package enum Inbox {
  /// The id for a customer whom the shop knows only by email address; the same for all spellings of the address.
  package static func customerID(email: String) -> String { key(email) { _ in nil } }

  /// An email address in lower case with its domain in ASCII (`münchen.example` and `xn--mnchen-3ya.example`
  /// are one); a telephone number without the domestic leading 0. Anything else, such as a customer's id on a
  /// webhook, has its ASCII letters in lower case.
  ///
  /// - Parameter asciiDomain: the ASCII form of an internationalised domain; `nil` if it has none.
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
