/// The line that mailboxes show behind the subject, hidden in the mail itself.
enum Preheader {
  /// `html` with `preheader` as hidden text right after `<body ...>`, or in front when there is no body tag.
  ///
  /// The text is escaped. Invisible characters follow it, so that the mailbox does not fill the line with the
  /// beginning of the mail.
  static func insert(_ preheader: String, into html: String) -> String {
    var html = html
    return html.withUTF8 { bytes in
      let position = bodyStart(bytes)
      var out: [UInt8] = []
      out.reserveCapacity(bytes.count + preheader.utf8.count + 600)
      out.append(contentsOf: bytes[..<position])
      out.append(literal: "<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">")
      for byte in preheader.utf8 {
        switch byte {
        case UInt8(ascii: "<"): out.append(literal: "&lt;")
        case UInt8(ascii: ">"): out.append(literal: "&gt;")
        case UInt8(ascii: "&"): out.append(literal: "&amp;")
        case UInt8(ascii: "\""): out.append(literal: "&quot;")
        default: out.append(byte)
        }
      }
      for _ in 0..<20 { out.append(literal: "&#847;&zwnj;&nbsp;") }
      out.append(literal: "</div>")
      out.append(contentsOf: bytes[position...])
      return String(decoding: out, as: UTF8.self)
    }
  }

  private static func bodyStart(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let tag: StaticString = "<body"
    guard bytes.count >= 6 else { return 0 }
    for start in 0..<(bytes.count - 5) where bytes[start] == UInt8(ascii: "<") {
      var matches = true
      for offset in 1..<5 where bytes[start + offset] | 0x20 != tag.utf8Start[offset] {
        matches = false
        break
      }
      guard matches, bytes[start + 5] == UInt8(ascii: ">") || bytes[start + 5] <= 0x20 else { continue }
      guard let close = bytes[start...].firstIndex(of: UInt8(ascii: ">")) else { return 0 }
      return close + 1
    }
    return 0
  }
}
