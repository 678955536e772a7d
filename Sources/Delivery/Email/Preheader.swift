/// The preview line that mail programs show after the subject, hidden in the mail itself.
enum Preheader {
  /// Inserts `preheader` into `html` as hidden text at the start of the body: right after `<body ...>`, or
  /// before the first visible content.
  ///
  /// The text is escaped. Invisible characters follow it, so that mail programs do not fill the line with the
  /// start of the mail.
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

  /// Finds the body as browsers do: comments, attributes and scripts contain no tags, and the first content
  /// that does not belong to the head starts a body without a tag.
  private static func bodyStart(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var position = 0
    while position < bytes.count {
      if bytes[position] <= 0x20 {
        position += 1
        continue
      }
      // If markup is never closed, nothing after it would be visible.
      guard bytes[position] == UInt8(ascii: "<"), let markup = HTMLMarkup(bytes, at: position),
        markup.isClosed
      else { return position }
      guard case .tag(let name, let closes, _) = markup.kind, !closes else {
        position = markup.end
        continue
      }
      switch name {
      case "body": return markup.end
      case "html", "head", "meta", "link", "base": position = markup.end
      case "title", "style", "script", "noscript", "template":
        guard let end = HTMLMarkup.endOfRawText(name, in: bytes, from: markup.end) else { return position }
        position = end
      default: return position
      }
    }
    return position
  }
}
