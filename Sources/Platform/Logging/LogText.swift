/// Makes untrusted text safe for a log: escapes line feeds, escape sequences and direction overrides, so that
/// nobody can forge a line or repaint a terminal.
enum LogText {
  /// Maximum UTF-8 bytes kept of one value.
  static let limit = 4096

  /// Appends a logfmt value, quoted if necessary.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    let isPlain =
      !text.isEmpty && text.utf8.count <= limit
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C }
    if isPlain { bytes.append(contentsOf: text.utf8) } else { appendQuoted(text, to: &bytes) }
  }

  /// The text as a quoted JSON string.
  static func json(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    appendQuoted(text, to: &bytes)
    return bytes
  }

  private static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(0x22)
    let start = bytes.count
    var last: Unicode.Scalar?
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      defer { last = scalar }
      if bytes.count - start >= limit {
        bytes.append(contentsOf: "…".utf8)
        break
      }
      switch scalar {
      case "\"": bytes.append(contentsOf: "\\\"".utf8)
      case "\\": bytes.append(contentsOf: "\\\\".utf8)
      case "\n": bytes.append(contentsOf: "\\n".utf8)
      case "\r": bytes.append(contentsOf: "\\r".utf8)
      case "\t": bytes.append(contentsOf: "\\t".utf8)
      default:
        if VisibleText.isHidden(scalar, between: last, and: rest.first) {
          for unit in UTF16.encode(scalar)! {
            bytes.append(contentsOf: "\\u".utf8)
            Hex.append(UInt8(unit >> 8), to: &bytes)
            Hex.append(UInt8(unit & 0xFF), to: &bytes)
          }
        } else {
          bytes.append(contentsOf: UTF8.encode(scalar)!)
        }
      }
    }
    bytes.append(0x22)
  }
}
