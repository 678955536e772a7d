/// Appends `text`, made harmless for `mode`.
func appendEscaped(_ text: String, _ mode: EscapeMode, to output: inout [UInt8]) {
  switch mode {
  case .none: output.append(contentsOf: text.utf8)
  case .html: replacing(text, to: &output, htmlReplacement)
  case .json: replacing(text, to: &output, jsonReplacement)
  }
}

func escapedHTML(_ text: String) -> String {
  var output: [UInt8] = []
  appendEscaped(text, .html, to: &output)
  return String(decoding: output, as: UTF8.self)
}

/// Copies runs of bytes that stand for themselves in one go.
@inline(__always)
private func replacing(_ text: String, to output: inout [UInt8], _ replacement: (UInt8) -> StaticString?) {
  var text = text
  text.withUTF8 { bytes in
    var start = 0
    for index in bytes.indices {
      guard let other = replacement(bytes[index]) else { continue }
      output.append(contentsOf: bytes[start..<index])
      other.withUTF8Buffer { output.append(contentsOf: $0) }
      start = index + 1
    }
    output.append(contentsOf: bytes[start...])
  }
}

@inline(__always)
private func htmlReplacement(_ byte: UInt8) -> StaticString? {
  // Nearly all bytes stand for themselves; those that do not, a bit for each.
  let special: UInt64 = 1 << 0x22 | 1 << 0x26 | 1 << 0x27 | 1 << 0x3C | 1 << 0x3E
  guard byte < 64, special >> UInt64(byte) & 1 == 1 else { return nil }
  return switch byte {
  case UInt8(ascii: "&"): "&amp;"
  case UInt8(ascii: "<"): "&lt;"
  case UInt8(ascii: ">"): "&gt;"
  case UInt8(ascii: "\""): "&quot;"
  case UInt8(ascii: "'"): "&#39;"
  default: nil
  }
}

@inline(__always)
private func jsonReplacement(_ byte: UInt8) -> StaticString? {
  switch byte {
  case UInt8(ascii: "\""): "\\\""
  case UInt8(ascii: "\\"): "\\\\"
  case 0...0x1F: controlReplacements[Int(byte)]
  default: nil
  }
}

private let controlReplacements: [StaticString] = [
  "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007", "\\b", "\\t", "\\n",
  "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f", "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014",
  "\\u0015",
  "\\u0016", "\\u0017", "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e",
  "\\u001f",
]

/// Whether a URL has a scheme that runs code, however browsers can be made to read one: with leading or inner
/// control characters and white space, in any case, with `:` as a character reference.
func runsCode(_ url: String) -> Bool {
  // Nearly all that is asked about.
  if url.hasPrefix("https:") { return false }
  var scheme: [UInt8] = []
  for byte in url.utf8 {
    if byte <= 0x20 { continue }
    if byte == UInt8(ascii: ":") || byte == UInt8(ascii: "&") { break }
    guard byte.isWord || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "."),
      scheme.count < 16
    else { return false }
    scheme.append(byte | 0x20)
  }
  return ["javascript", "vbscript", "data"].contains { scheme.elementsEqual($0.utf8) }
}
