/// A token inside `{{ }}` and `{% %}`.
struct Token: Sendable {
  enum Kind: Sendable, Equatable {
    case identifier, string, number
    case comparison(ComparisonOperator)
    case pipe, dot, dotDot, colon, comma, openSquare, closeSquare, openRound, closeRound, equals
    /// `other` is a single character, or a word in foreign letters.
    case other, end
  }

  let kind: Kind
  let span: Span
}

/// Splits the inside of a tag into tokens, like Ruby's strict lexer.
struct Lexer {
  private let bytes: [UInt8]
  private let end: Int
  private var position: Int

  init(_ source: TemplateText, _ span: Span) {
    bytes = source.bytes
    position = span.start
    end = span.end
  }

  private func byte(at offset: Int) -> UInt8 { offset < end ? bytes[offset] : 0 }

  mutating func next() -> Token {
    while position < end, bytes[position].isSpace { position += 1 }
    guard position < end else { return Token(kind: .end, span: Span(start: end, end: end)) }
    let start = position
    let kind = scan()
    return Token(kind: kind, span: Span(start: start, end: position))
  }

  private mutating func scan() -> Token.Kind {
    let first = bytes[position]
    let second = byte(at: position + 1)
    if let (kind, length) = comparison(first, second) {
      position += length
      return kind
    }
    switch first {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      var close = position + 1
      while close < end, bytes[close] != first { close += 1 }
      guard close < end else {
        position += 1
        return .other
      }
      position = close + 1
      return .string
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
    case UInt8(ascii: "-") where second.isDigit: return number()
    case _ where first.isLetter || first == UInt8(ascii: "_"): return word()
    default: return symbol(first, second)
    }
  }

  private func comparison(_ first: UInt8, _ second: UInt8) -> (Token.Kind, Int)? {
    switch (first, second) {
    case (UInt8(ascii: "="), UInt8(ascii: "=")): (.comparison(.equal), 2)
    case (UInt8(ascii: "!"), UInt8(ascii: "=")), (UInt8(ascii: "<"), UInt8(ascii: ">")):
      (.comparison(.unequal), 2)
    case (UInt8(ascii: "<"), UInt8(ascii: "=")): (.comparison(.lessOrEqual), 2)
    case (UInt8(ascii: ">"), UInt8(ascii: "=")): (.comparison(.greaterOrEqual), 2)
    case (UInt8(ascii: "<"), _): (.comparison(.less), 1)
    case (UInt8(ascii: ">"), _): (.comparison(.greater), 1)
    default: nil
    }
  }

  private mutating func number() -> Token.Kind {
    position += 1
    while byte(at: position).isDigit { position += 1 }
    if byte(at: position) == UInt8(ascii: "."), byte(at: position + 1).isDigit {
      position += 1
      while byte(at: position).isDigit { position += 1 }
    }
    return .number
  }

  private mutating func word() -> Token.Kind {
    let start = position
    while byte(at: position).isWord || byte(at: position) == UInt8(ascii: "-") { position += 1 }
    if byte(at: position) == UInt8(ascii: "?") { position += 1 }
    if byte(at: position).isSpace, bytes[start..<position].elementsEqual("contains".utf8) {
      return .comparison(.contains)
    }
    return .identifier
  }

  private mutating func symbol(_ first: UInt8, _ second: UInt8) -> Token.Kind {
    position += 1
    switch first {
    case UInt8(ascii: "."):
      guard second == UInt8(ascii: ".") else { return .dot }
      position += 1
      return .dotDot
    case UInt8(ascii: "|"): return .pipe
    case UInt8(ascii: ":"): return .colon
    case UInt8(ascii: ","): return .comma
    case UInt8(ascii: "["): return .openSquare
    case UInt8(ascii: "]"): return .closeSquare
    case UInt8(ascii: "("): return .openRound
    case UInt8(ascii: ")"): return .closeRound
    case UInt8(ascii: "="): return .equals
    default:
      position -= 1
      if !skipForeignLetters() { skipScalar() }
      return .other
    }
  }

  /// Skips a whole word in letters that names cannot contain, such as `金额`.
  private mutating func skipForeignLetters() -> Bool {
    let start = position
    while position < end, bytes[position] >= 0x80 || position > start && bytes[position].isWord {
      let before = position
      skipScalar()
      if Lookalike.advice(in: String(decoding: bytes[before..<position], as: UTF8.self).unicodeScalars) != nil
      {
        position = before
        break
      }
    }
    return position > start
  }

  private mutating func skipScalar() {
    position += 1
    while position < end, bytes[position] & 0xC0 == 0x80 { position += 1 }
  }
}
