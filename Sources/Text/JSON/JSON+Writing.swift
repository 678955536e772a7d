extension JSON {
  /// Appends this value as JSON in UTF-8: compact on one line, or indented by two when `pretty`.
  ///
  /// Control characters, U+2028 and U+2029 are escaped, so that the compact form is always one line and safe
  /// inside JavaScript. A number that is not finite becomes `null`, since JSON cannot express it.
  package func write(into bytes: inout [UInt8], pretty: Bool = false) {
    write(into: &bytes, indent: pretty ? 0 : nil)
  }

  package func text(pretty: Bool = false) -> String {
    var bytes: [UInt8] = []
    write(into: &bytes, pretty: pretty)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends this value as part of a larger text: all lines but the first are indented by `indent` more;
  /// compact if `nil`.
  package func write(into bytes: inout [UInt8], indent: Int?) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): DecimalText.append(value, to: &bytes)
    case .number(let value): JSON.append(value, to: &bytes)
    case .string(let text): JSON.append(text, to: &bytes)
    case .array(let elements):
      JSON.list(elements, "[", "]", into: &bytes, indent: indent) { element, bytes, indent in
        element.write(into: &bytes, indent: indent)
      }
    case .object(let object):
      JSON.list(object.members, "{", "}", into: &bytes, indent: indent) { member, bytes, indent in
        JSON.append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if indent != nil { bytes.append(0x20) }
        member.value.write(into: &bytes, indent: indent)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: Unicode.Scalar, _ close: Unicode.Scalar, into bytes: inout [UInt8],
    indent: Int?, one: (Element, inout [UInt8], Int?) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    let inner = indent.map { $0 + 2 }
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      newline(inner, to: &bytes)
      one(element, &bytes, inner)
    }
    if !elements.isEmpty { newline(indent, to: &bytes) }
    bytes.append(UInt8(ascii: close))
  }

  private static func newline(_ indent: Int?, to bytes: inout [UInt8]) {
    guard let indent else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: indent))
  }

  /// The shortest digits that read back as the same double; `null` when it is not finite.
  static func append(_ value: Double, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
  }

  /// Appends the text quoted and escaped.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { appendEscaped($0, to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func pair(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(byte)
  }

  private static func appendEscaped(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    var clean = 0
    var i = 0
    while i < text.count {
      let byte = text[i]
      let isSeparator =
        byte == 0xE2 && i + 2 < text.count && text[i + 1] == 0x80
        && (text[i + 2] == 0xA8 || text[i + 2] == 0xA9)
      guard
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F || isSeparator
      else {
        i += 1
        continue
      }
      if clean < i { bytes.append(contentsOf: text[clean..<i]) }
      switch byte {
      // Byte by byte: a mail is full of quotes and line ends, and an array for each would cost an allocation.
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): pair(byte, to: &bytes)
      case 0x0A: pair(UInt8(ascii: "n"), to: &bytes)
      case 0x0D: pair(UInt8(ascii: "r"), to: &bytes)
      case 0x09: pair(UInt8(ascii: "t"), to: &bytes)
      case 0xE2:
        bytes.append(contentsOf: (text[i + 2] == 0xA8 ? "\\u2028" : "\\u2029").utf8)
        i += 2
      default:
        bytes.append(contentsOf: "\\u00".utf8)
        Hex.append(byte, to: &bytes)
      }
      i += 1
      clean = i
    }
    if clean < text.count { bytes.append(contentsOf: text[clean...]) }
  }
}

extension JSON: CustomStringConvertible {
  package var description: String { text() }
}
