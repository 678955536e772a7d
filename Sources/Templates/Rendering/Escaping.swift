/// Appends `text`, escaped for `mode`.
func appendEscaped(_ text: String, _ mode: EscapeMode, to output: inout [UInt8]) {
  switch mode {
  case .none: output.append(contentsOf: text.utf8)
  case .html: HTMLEscaping.append(text, to: &output)
  case .json: output.append(text, replacing: jsonReplacement)
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

/// Whether a URL has a scheme that runs code, in any spelling that browsers accept: with leading or inner
/// control characters and white space, in any case, with `:` as a character reference.
func runsCode(_ url: String) -> Bool {
  // Nearly all URLs.
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
