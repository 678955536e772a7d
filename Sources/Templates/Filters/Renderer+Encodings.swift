import Domain

extension Renderer {
  /// Filters that encode or decode a text.
  func encode(_ filter: Filter, _ input: LiquidValue) throws -> LiquidValue {
    switch filter {
    case .raw: return .safe(context.environment.text(input.value))
    case .json: return .safe(json(input.value))
    case .escape, .h:
      if input.isNull { return .null }
      if case .safe = input { return input }
      return .safe(HTMLEscaping.escape(text(input)))
    case .escapeOnce:
      if case .safe = input, escape == .html { return input }
      return .safe(escapedOnce(text(input)))
    case .stripHTML: return .string(strippedHTML(text(input)))
    case .urlEncode:
      return input.isNull ? .null : .string(PercentEncoding.encode(text(input), spaceAsPlus: true))
    case .urlDecode: return input.isNull ? .null : .string(try percentDecoded(text(input)))
    case .base64Encode: return .string(Base64.text(text(input).utf8))
    case .base64URLSafeEncode: return .string(Base64.text(text(input).utf8, .urlSafe, isPadded: true))
    default: return .string(try base64Decoded(text(input), urlSafe: filter == .base64URLSafeDecode))
    }
  }

  /// Keeps `&name;` and `&#1;` unchanged.
  private func escapedOnce(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "&"), isReference(bytes, at: index + 1) {
        output.append(byte)
      } else {
        HTMLEscaping.replacement(byte).map { $0.withUTF8Buffer { output.append(contentsOf: $0) } }
          ?? output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func isReference(_ bytes: [UInt8], at start: Int) -> Bool {
    var position = start
    let isNumeric = position < bytes.count && bytes[position] == UInt8(ascii: "#")
    if isNumeric { position += 1 }
    let first = position
    // Longer than any entity name: a run of letters must not be scanned again for each `&` before it.
    while position < bytes.count, position - first < 64,
      isNumeric ? bytes[position].isDigit : bytes[position].isLetter
    {
      position += 1
    }
    return position > first && position < bytes.count && bytes[position] == UInt8(ascii: ";")
  }

  /// Removes scripts, styles and comments with their contents, then all other tags.
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

  private func percentDecoded(_ text: String) throws(FilterFailure) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "+") {
        output.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), position + 1 < bytes.count,
        let high = Hex.value(of: bytes[position]),
        let low = Hex.value(of: bytes[position + 1])
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

  // MARK: Base64 (RFC 4648)

  private func base64Decoded(_ text: String, urlSafe: Bool) throws(FilterFailure) -> String {
    var text = text
    if urlSafe {
      text = String(
        decoding: text.utf8.map { byte in
          byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        }, as: UTF8.self)
    }
    // The standard form must be padded.
    guard urlSafe || text.utf8.count % 4 == 0, let output = Base64.bytes(text) else {
      throw FilterFailure("the text is not base64")
    }
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
