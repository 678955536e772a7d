import Domain

extension Renderer {
  /// Filters that change a text and keep it as safe as it was: text inserted into safe text is escaped.
  mutating func edit(
    _ filter: Filter, _ input: LiquidValue, _ first: LiquidValue?, _ second: LiquidValue?
  ) throws -> LiquidValue {
    var text = self.text(input)
    var isSafe = false
    if case .safe = input { isSafe = true }
    switch filter {
    case .append, .prepend:
      let other = first ?? .null
      var addition = self.text(other)
      if case .safe = other, !isSafe {
        text = escapedText(text)
        isSafe = true
      } else if isSafe {
        addition = inserted(other)
      }
      text = filter == .append ? text + addition : addition + text
    case .capitalize: text = capitalized(text)
    case .downcase: text = text.lowercased()
    case .upcase: text = text.uppercased()
    case .lstrip: text = stripped(text, left: true, right: false)
    case .rstrip: text = stripped(text, left: false, right: true)
    case .strip: text = stripped(text, left: true, right: true)
    case .stripNewlines: text = replacingNewlines(text, with: "")
    case .newlineToBr:
      if escape == .html, !isSafe {
        text = escapedText(text)
        isSafe = true
      }
      text = replacingNewlines(text, with: "<br />\n")
    case .squish:
      guard !input.isNull else { return .null }
      text = squished(text)
    case .truncate:
      guard !input.isNull else { return .null }
      text = try truncated(
        text, to: first, ellipsis: second.map { isSafe ? inserted($0) : self.text($0) } ?? "...")
    case .truncatewords:
      guard !input.isNull else { return .null }
      text = try truncated(
        text, words: first, ellipsis: second.map { isSafe ? inserted($0) : self.text($0) } ?? "...")
    default:
      let replacement = second.map { isSafe ? inserted($0) : self.text($0) } ?? ""
      text = try replaced(filter, text, self.text(first ?? .null), by: replacement)
    }
    return isSafe ? .safe(text) : .string(text)
  }

  private func escapedText(_ text: String) -> String {
    var output: [UInt8] = []
    appendEscaped(text, escape, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// A text for insertion into one that is already escaped.
  private func inserted(_ value: LiquidValue) -> String {
    if case .safe(let text) = value { return text }
    return escapedText(text(value))
  }

  private func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
  }

  private func stripped(_ text: String, left: Bool, right: Bool) -> String {
    var text = text
    return text.withUTF8 { bytes in
      var (start, end) = (0, bytes.count)
      while left, start < end, bytes[start].isTrimmed { start += 1 }
      while right, start < end, bytes[end - 1].isTrimmed { end -= 1 }
      return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }
  }

  /// Trims the text and collapses each run of white space to one space.
  private func squished(_ text: String) -> String {
    let words = stripped(text, left: true, right: true).utf8.split(whereSeparator: \.isSpace)
    return String(decoding: Array(words.joined(separator: [0x20])), as: UTF8.self)
  }

  private func replacingNewlines(_ text: String, with other: StaticString) -> String {
    var output: [UInt8] = []
    for byte in text.utf8 {
      if byte == .lineFeed {
        if output.last == UInt8(ascii: "\r") { output.removeLast() }
        other.withUTF8Buffer { output.append(contentsOf: $0) }
      } else {
        output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func truncated(
    _ text: String, to length: LiquidValue?, ellipsis: String
  ) throws(FilterFailure) -> String {
    let length = try length.map { (value) throws(FilterFailure) in try integer(value) } ?? 50
    let scalars = text.unicodeScalars
    guard text.utf8.count > length, scalars.count > length else { return text }
    let kept = max(0, max(0, length) - ellipsis.unicodeScalars.count)
    return String(scalars.prefix(kept)) + ellipsis
  }

  private func truncated(
    _ text: String, words: LiquidValue?, ellipsis: String
  ) throws(FilterFailure) -> String {
    let limit = max(1, try words.map { (value) throws(FilterFailure) in try integer(value) } ?? 15)
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count, bytes[position].isSpace { position += 1 }
    var kept: [UInt8] = []
    var count = 0
    while position < bytes.count {
      if count == limit {
        kept.append(contentsOf: ellipsis.utf8)
        return String(decoding: kept, as: UTF8.self)
      }
      let start = position
      while position < bytes.count, !bytes[position].isSpace { position += 1 }
      if count > 0 { kept.append(UInt8(ascii: " ")) }
      kept.append(contentsOf: bytes[start..<position])
      count += 1
      guard position < bytes.count else { return text }
      while position < bytes.count, bytes[position].isSpace { position += 1 }
    }
    return count == limit ? String(decoding: kept, as: UTF8.self) + ellipsis : text
  }

  private func replaced(
    _ filter: Filter, _ text: String, _ target: String, by other: String
  ) throws(RenderError) -> String {
    let bytes = Array(text.utf8)
    let search = Search(target)
    let replacement = Array(other.utf8)
    var output: [UInt8] = []
    switch filter {
    case .removeLast, .replaceLast:
      guard let position = search.last(in: bytes) else { return text }
      output = bytes[..<position] + replacement + bytes[(position + search.pattern.count)...]
    case .removeFirst, .replaceFirst:
      guard let position = search.first(in: bytes) else { return text }
      output = bytes[..<position] + replacement + bytes[(position + search.pattern.count)...]
    default:
      var start = 0
      while start <= bytes.count, let position = search.first(in: bytes, from: start) {
        output.append(contentsOf: bytes[start..<position])
        output.append(contentsOf: replacement)
        start = position + search.pattern.count
        if search.pattern.isEmpty {
          guard position < bytes.count else { break }
          var next = position + 1
          while next < bytes.count, bytes[next] & 0xC0 == 0x80 { next += 1 }
          output.append(contentsOf: bytes[position..<next])
          start = next
        }
        try checkSize(output.count)
      }
      if start < bytes.count { output.append(contentsOf: bytes[start...]) }
    }
    return String(decoding: output, as: UTF8.self)
  }

  // MARK: Parts

  func slice(
    _ input: LiquidValue, _ offset: LiquidValue, _ length: LiquidValue?
  ) throws(FilterFailure) -> LiquidValue {
    let offset = try integer(offset)
    let length =
      try length.map { (value) throws(FilterFailure) in try value.isTruthy ? integer(value) : 1 } ?? 1
    if case .plain(.array(let items)) = input {
      return .plain(.array(part(offset, length, of: items.count).map { Array(items[$0]) } ?? []))
    }
    let whole = text(input)
    let scalars = whole.unicodeScalars
    guard let range = part(offset, length, of: scalars.count) else { return .string("") }
    let start = scalars.index(scalars.startIndex, offsetBy: range.lowerBound)
    let text = String(scalars[start..<scalars.index(start, offsetBy: range.count)])
    if case .safe = input { return .safe(text) }
    return .string(text)
  }

  private func part(_ offset: Int, _ length: Int, of count: Int) -> Range<Int>? {
    let start = offset < 0 ? offset + count : offset
    guard start >= 0, start <= count, length >= 0 else { return nil }
    return start..<start + min(length, count - start)
  }

  /// Ruby's `String#split`: a single space splits at runs of white space, an empty separator splits between
  /// all scalars, and trailing empty texts are dropped.
  mutating func split(_ text: String, by separator: String) throws(RenderError) -> [Value] {
    var parts: [Value] = []
    // The result takes many more bytes than were read, so each part is charged before it is created.
    if separator.hasSameBytes(as: " ") {
      let bytes = text.utf8
      var position = bytes.startIndex
      while let start = bytes[position...].firstIndex(where: { !$0.isSpace }) {
        position = bytes[start...].firstIndex(where: \.isSpace) ?? bytes.endIndex
        try pay(Work.item)
        parts.append(.string(String(Substring(bytes[start..<position]))))
      }
    } else if separator.utf8.isEmpty {
      for scalar in text.unicodeScalars {
        try pay(Work.item)
        parts.append(.string(String(scalar)))
      }
    } else {
      let bytes = Array(text.utf8)
      let search = Search(separator)
      var start = 0
      while let position = search.first(in: bytes, from: start) {
        try pay(Work.item)
        parts.append(.string(String(decoding: bytes[start..<position], as: UTF8.self)))
        start = position + search.pattern.count
      }
      parts.append(.string(String(decoding: bytes[start...], as: UTF8.self)))
    }
    while case .string(let text)? = parts.last, text.utf8.isEmpty { parts.removeLast() }
    return parts
  }
}
