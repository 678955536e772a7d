internal import Domain
internal import Platform

/// The form in which addresses are compared: one for each mailbox or telephone, however it is spelled.
enum Inbox {
  /// An email address has its letters in lower case and its domain in ASCII (`münchen.example` and
  /// `xn--mnchen-3ya.example` are one); a telephone number has no 0 that is dialled at home only. What is neither, such
  /// as a customer's id on a webhook, is compared with its ASCII letters in lower case.
  static func key(_ address: String) -> String {
    var bytes = Array(address.utf8)
    if bytes.first == UInt8(ascii: "+") { return PhoneSyntax.canonical(address) }
    var isASCII = true
    for (index, byte) in bytes.enumerated() {
      if byte &- 0x41 < 26 { bytes[index] = byte | 0x20 }
      isASCII = isASCII && byte < 0x80
    }
    guard !isASCII, let at = bytes.lastIndex(of: UInt8(ascii: "@")),
      let domain = DomainName.ascii(String(decoding: bytes[(at + 1)...], as: UTF8.self))
    else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: bytes[...at], as: UTF8.self) + domain
  }

  /// As earlier versions compared addresses.
  static func former(_ address: String) -> String {
    // Takes more than linear time on long hostile texts; no address is long.
    address.utf8.count <= 1000 ? address.lowercased() : address
  }
}
