import Domain

extension Renderer {
  /// Filters that write a text in another alphabet.
  func encode(_ filter: Filter, _ input: LiquidValue) throws -> LiquidValue {
    switch filter {
    case .raw: return .safe(context.environment.text(input.value))
    case .json: return .safe(json(input.value))
    case .escape, .h:
      if input.isNull { return .null }
      if case .safe = input { return input }
      return .safe(escapedHTML(text(input)))
    case .escapeOnce:
      if case .safe = input, escape == .html { return input }
      return .safe(escapedOnce(text(input)))
    case .stripHTML: return .string(strippedHTML(text(input)))
    case .urlEncode: return input.isNull ? .null : .string(percentEncoded(text(input)))
    case .urlDecode: return input.isNull ? .null : .string(try percentDecoded(text(input)))
    case .base64Encode: return .string(base64(Array(text(input).utf8), urlSafe: false))
    case .base64URLSafeEncode: return .string(base64(Array(text(input).utf8), urlSafe: true))
    default: return .string(try base64Decoded(text(input), urlSafe: filter == .base64URLSafeDecode))
    }
  }

  /// Leaves `&name;` and `&#1;` as they are.
  private func escapedOnce(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "&"), isReference(bytes, at: index + 1) {
        output.append(byte)
      } else {
        appendEscaped(byte, to: &output)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func isReference(_ bytes: [UInt8], at start: Int) -> Bool {
    var position = start
    let isNumeric = position < bytes.count && bytes[position] == UInt8(ascii: "#")
    if isNumeric { position += 1 }
    let first = position
    // Longer than any name there is: a run of letters is not walked over again for each `&` in front of it.
    while position < bytes.count, position - first < 64,
      isNumeric ? bytes[position].isDigit : bytes[position].isLetter
    {
      position += 1
    }
    return position > first && position < bytes.count && bytes[position] == UInt8(ascii: ";")
  }

  private func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
    case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
    case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
    case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
    case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
    default: output.append(byte)
    }
  }

  /// Takes away scripts, styles and comments with what is in them, then all other tags.
  private func strippedHTML(_ text: String) -> String {
    var bytes = Array(text.utf8)
    bytes = removing(bytes, [("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>")])
    bytes = removing(bytes, [("<", ">")])
    return String(decoding: bytes, as: UTF8.self)
  }

  private func removing(_ bytes: [UInt8], _ pairs: [(open: String, close: String)]) -> [UInt8] {
    let pairs = pairs.map { (open: Array($0.open.utf8), close: Search($0.close)) }
    var neverCloses = [Bool](repeating: false, count: pairs.count)
    var output: [UInt8] = []
    var position = 0
    scan: while position < bytes.count {
      if bytes[position] == UInt8(ascii: "<") {
        for (index, pair) in pairs.enumerated()
        where !neverCloses[index] && bytes[position...].starts(with: pair.open) {
          if let close = pair.close.first(in: bytes, from: position + pair.open.count) {
            position = close + pair.close.pattern.count
            continue scan
          }
          neverCloses[index] = true
        }
      }
      output.append(bytes[position])
      position += 1
    }
    return output
  }

  private func percentEncoded(_ text: String) -> String {
    var output: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case _ where byte.isWord, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "~"): output.append(byte)
      case UInt8(ascii: " "): output.append(UInt8(ascii: "+"))
      default: output.append(contentsOf: [UInt8(ascii: "%"), hex(byte >> 4), hex(byte & 15)])
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? digit + 48 : digit + 55 }

  private func percentDecoded(_ text: String) throws(FilterFailure) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "+") {
        output.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), position + 1 < bytes.count, let high = hexDigit(bytes[position]),
        let low = hexDigit(bytes[position + 1])
      {
        output.append(high << 4 | low)
        position += 2
      } else {
        output.append(byte)
      }
    }
    guard let decoded = String(validating: output, as: UTF8.self) else {
      throw FilterFailure("the decoded text is not UTF-8")
    }
    return decoded
  }

  private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
    default: nil
    }
  }

  // MARK: Base64 (RFC 4648)

  private func base64(_ bytes: [UInt8], urlSafe: Bool) -> String {
    let alphabet = Array((urlSafe ? urlAlphabet : plainAlphabet).utf8)
    var output: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let rest = bytes.count - index
      let word =
        UInt32(bytes[index]) << 16 | (rest > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
        | (rest > 2 ? UInt32(bytes[index + 2]) : 0)
      output.append(alphabet[Int(word >> 18)])
      output.append(alphabet[Int(word >> 12 & 63)])
      output.append(rest > 1 ? alphabet[Int(word >> 6 & 63)] : UInt8(ascii: "="))
      output.append(rest > 2 ? alphabet[Int(word & 63)] : UInt8(ascii: "="))
      index += 3
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func base64Decoded(_ text: String, urlSafe: Bool) throws(FilterFailure) -> String {
    var bytes = Array(text.utf8)
    if urlSafe, bytes.count % 4 != 0, bytes.last != UInt8(ascii: "=") {
      bytes += [UInt8](repeating: UInt8(ascii: "="), count: 4 - bytes.count % 4)
    }
    let alphabet = Array((urlSafe ? urlAlphabet : plainAlphabet).utf8)
    var values = [UInt8](repeating: 255, count: 256)
    for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
    if urlSafe {
      values[Int(UInt8(ascii: "+"))] = 62
      values[Int(UInt8(ascii: "/"))] = 63
    }
    var padding = 0
    while padding < 2, bytes.count > padding, bytes[bytes.count - 1 - padding] == UInt8(ascii: "=") {
      padding += 1
    }
    let digits = bytes.dropLast(padding)
    guard bytes.count % 4 == 0, digits.allSatisfy({ values[Int($0)] != 255 }) else {
      throw FilterFailure("the text is not base64")
    }
    var output: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for byte in digits {
      word = word << 6 | UInt32(values[Int(byte)])
      bits += 6
      if bits >= 8 {
        bits -= 8
        output.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    guard word & (1 << UInt32(bits) - 1) == 0 else { throw FilterFailure("the text is not base64") }
    guard let decoded = String(validating: output, as: UTF8.self) else {
      throw FilterFailure("the decoded text is not UTF-8")
    }
    return decoded
  }

  // MARK: JSON (RFC 8259)

  private func json(_ value: Value) -> String {
    var output: [UInt8] = []
    appendJSON(value, 0, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  private func appendJSON(_ value: Value, _ depth: Int, to output: inout [UInt8]) {
    switch value {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
    case .integer(let integer): output.append(contentsOf: String(integer).utf8)
    case .number(let number): output.append(contentsOf: (number.isFinite ? rubyText(number) : "null").utf8)
    case .money(let money): output.append(contentsOf: decimalText(money).utf8)
    case .string, .instant:
      output.append(UInt8(ascii: "\""))
      Templates.appendEscaped(jsonText(value), .json, to: &output)
      output.append(UInt8(ascii: "\""))
    case .array(let items):
      guard depth < deepestValue else { return output.append(contentsOf: "null".utf8) }
      output.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        appendJSON(item, depth + 1, to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let record):
      guard depth < deepestValue else { return output.append(contentsOf: "null".utf8) }
      output.append(UInt8(ascii: "{"))
      for (index, entry) in record.entries.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        appendJSON(.string(entry.name), depth + 1, to: &output)
        output.append(UInt8(ascii: ":"))
        appendJSON(entry.value, depth + 1, to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private func jsonText(_ value: Value) -> String {
    if case .instant(let instant) = value { return strftime("%Y-%m-%dT%H:%M:%SZ", .utc(instant)) }
    return context.environment.plainText(value)
  }
}

private let plainAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
private let urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
