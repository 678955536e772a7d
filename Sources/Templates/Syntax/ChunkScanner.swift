/// A piece of the outer grammar: text, `{{ output }}` or `{% tag %}`; inside `{% liquid %}`, one tag per
/// line.
enum Chunk {
  case text(Span)
  /// The inside of `{{ }}`; `open` is the position of the braces.
  case output(Span, open: Span)
  case tag(name: Span, markup: Span, open: Span)
  /// Braces that are never closed.
  case unclosed(Span, closing: String)
}

/// Splits a template's source into chunks, trimming the text around `{%-` and `-%}`.
struct ChunkScanner {
  enum Mode { case document, lines }

  private let bytes: [UInt8]
  private let end: Int
  private let mode: Mode
  private(set) var position: Int
  /// Whether the next text loses its leading white space.
  private var trimsNext = false

  init(_ source: TemplateText, _ span: Span, mode: Mode) {
    bytes = source.bytes
    position = span.start
    end = span.end
    self.mode = mode
  }

  private func byte(at offset: Int) -> UInt8 { offset < end ? bytes[offset] : 0 }

  mutating func next() -> Chunk? {
    mode == .lines ? nextLine() : nextInDocument()
  }

  private mutating func nextInDocument() -> Chunk? {
    guard position < end else { return nil }
    let next = byte(at: position + 1)
    if bytes[position] == UInt8(ascii: "{") {
      if next == UInt8(ascii: "{") { return output() }
      if next == UInt8(ascii: "%") { return tag() }
    }
    let start = position
    position += 1
    while position < end {
      if bytes[position] == UInt8(ascii: "{") {
        let next = byte(at: position + 1)
        if next == UInt8(ascii: "{") || next == UInt8(ascii: "%") { break }
      }
      position += 1
    }
    var text = Span(start: start, end: position)
    if trimsNext {
      while text.start < text.end, bytes[text.start].isTrimmed { text.start += 1 }
      trimsNext = false
    }
    if position + 2 < end, bytes[position + 2] == UInt8(ascii: "-") {
      while text.end > text.start, bytes[text.end - 1].isTrimmed { text.end -= 1 }
    }
    return .text(text)
  }

  /// Braces inside quotes do not end an output, unless the quotes are unclosed on their line.
  private mutating func output() -> Chunk {
    let open = Span(start: position, end: min(position + 2, end))
    let close =
      closingBraces(from: position + 2, quotes: true) ?? closingBraces(from: position + 2, quotes: false)
    guard let close else {
      position = find("{%", from: position) ?? end
      return .unclosed(open, closing: "}}")
    }
    position = close + 2
    return .output(trimmed(Span(start: open.end, end: close)), open: open)
  }

  private func closingBraces(from start: Int, quotes: Bool) -> Int? {
    var offset = start
    var quote: UInt8 = 0
    while offset + 1 < end {
      let byte = bytes[offset]
      if quote != 0 {
        if byte == quote { quote = 0 }
        if byte == .lineFeed { return nil }
      } else if quotes, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      } else if byte == UInt8(ascii: "}"), bytes[offset + 1] == UInt8(ascii: "}") {
        return offset
      } else if byte == UInt8(ascii: "{"), bytes[offset + 1] == UInt8(ascii: "%") {
        return nil
      }
      offset += 1
    }
    return nil
  }

  private mutating func tag() -> Chunk {
    let open = Span(start: position, end: position + 2)
    guard let close = find("%}", from: position + 2) else {
      position = end
      return .unclosed(open, closing: "%}")
    }
    position = close + 2
    return split(trimmed(Span(start: open.end, end: close)), open: open)
  }

  /// Strips the dashes at both ends and remembers to trim the following text.
  private mutating func trimmed(_ inside: Span) -> Span {
    var span = inside
    trimsNext = span.end > span.start && bytes[span.end - 1] == UInt8(ascii: "-")
    if span.start < span.end, bytes[span.start] == UInt8(ascii: "-") { span.start += 1 }
    if trimsNext, span.end > span.start { span.end -= 1 }
    return span
  }

  private func split(_ inside: Span, open: Span) -> Chunk {
    var start = inside.start
    while start < inside.end, bytes[start].isSpace { start += 1 }
    var stop = start
    if stop < inside.end, bytes[stop] == UInt8(ascii: "#") {
      stop += 1
    } else {
      while stop < inside.end, bytes[stop].isWord { stop += 1 }
    }
    return .tag(
      name: Span(start: start, end: stop), markup: Span(start: stop, end: inside.end),
      open: open.start == open.end ? Span(start: start, end: stop) : open)
  }

  private mutating func nextLine() -> Chunk? {
    while position < end {
      let start = position
      while position < end, bytes[position] != .lineFeed { position += 1 }
      let line = Span(start: start, end: position)
      position += 1
      if bytes[line.start..<line.end].contains(where: { !$0.isSpace }) {
        return split(line, open: Span(start: start, end: start))
      }
    }
    return nil
  }

  private func find(_ pair: StaticString, from start: Int) -> Int? {
    let (first, second) = pair.withUTF8Buffer { ($0[0], $0[1]) }
    var offset = start
    while offset + 1 < end {
      if bytes[offset] == first, bytes[offset + 1] == second { return offset }
      offset += 1
    }
    return nil
  }

  /// The text up to `{% endraw %}`, which is skipped; `nil` if there is none.
  mutating func raw() -> Span? {
    let start = position
    while let open = find("{%", from: position) {
      var word = open + 2
      if byte(at: word) == UInt8(ascii: "-") { word += 1 }
      while byte(at: word).isSpace { word += 1 }
      position = word
      guard end - word > 6, bytes[word..<word + 6].elementsEqual("endraw".utf8), !bytes[word + 6].isWord,
        let close = find("%}", from: word)
      else { continue }
      _ = trimmed(Span(start: open + 2, end: close))
      position = close + 2
      return Span(start: start, end: open)
    }
    position = end
    return nil
  }

  enum DocEnd {
    case closed, open
    /// Another `doc` starts there.
    case nested(Span)
  }

  /// Skips everything up to `enddoc`, recognising only a nested `doc`.
  mutating func skipDoc() -> DocEnd {
    guard mode == .document else { return skipDocLines() }
    var inner: Span?
    var depth = 1
    while let open = find("{%", from: position) {
      var start = open + 2
      if byte(at: start) == UInt8(ascii: "-") { start += 1 }
      while byte(at: start).isSpace { start += 1 }
      var stop = start
      while byte(at: stop).isWord { stop += 1 }
      position = stop
      let word = bytes[start..<stop]
      guard word.elementsEqual("enddoc".utf8) || word.elementsEqual("doc".utf8) else { continue }
      guard let close = find("%}", from: stop) else { break }
      _ = trimmed(Span(start: open + 2, end: close))
      position = close + 2
      depth += word.count == 3 ? 1 : -1
      if word.count == 3 { inner = inner ?? Span(start: start, end: stop) }
      if depth == 0 { return inner.map { .nested($0) } ?? .closed }
    }
    position = end
    return .open
  }

  private mutating func skipDocLines() -> DocEnd {
    var inner: Span?
    var depth = 1
    while case .tag(let name, _, _)? = nextLine() {
      let word = bytes[name.start..<name.end]
      if word.elementsEqual("doc".utf8) {
        inner = inner ?? name
        depth += 1
      } else if word.elementsEqual("enddoc".utf8) {
        depth -= 1
        if depth == 0 { return inner.map { .nested($0) } ?? .closed }
      }
    }
    return .open
  }

  /// Skips a comment including nested comments and raw text; returns `false` if it does not end.
  mutating func skipComment() -> Bool {
    var depth = 1
    while let chunk = nextTag() {
      guard case .tag(let name, _, _) = chunk else { continue }
      let word = bytes[name.start..<name.end]
      if word.elementsEqual("comment".utf8) {
        depth += 1
      } else if word.elementsEqual("raw".utf8), mode == .document {
        guard raw() != nil else { return false }
      } else if word.elementsEqual("endcomment".utf8) {
        depth -= 1
        if depth == 0 { return true }
      }
    }
    return false
  }

  private mutating func nextTag() -> Chunk? {
    if mode == .lines { return nextLine() }
    guard let open = find("{%", from: position) else {
      position = end
      return nil
    }
    position = open
    return tag()
  }
}

extension UInt8 {
  /// The characters removed by Ruby's `strip`.
  var isTrimmed: Bool { isSpace || self == 0 }
}
