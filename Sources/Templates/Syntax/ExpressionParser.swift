import Domain

/// Parses the inside of one tag: expressions, filters, conditions.
///
/// Uses the template's parser only to assign slots to names.
struct ExpressionParser {
  private let source: TemplateText
  private var lexer: Lexer
  private(set) var token: Token
  private var following: Token
  private var depth = 0
  /// The end of the token before `token`.
  private(set) var consumedEnd: Int

  init(_ source: TemplateText, _ span: Span) {
    self.source = source
    lexer = Lexer(source, span)
    token = lexer.next()
    following = lexer.next()
    consumedEnd = token.span.start
  }

  // MARK: Tokens

  var text: String { source.text(token.span) }

  @discardableResult
  mutating func advance() -> Token {
    let taken = token
    consumedEnd = taken.span.end
    token = following
    following = lexer.next()
    return taken
  }

  mutating func skip(_ kind: Token.Kind) -> Bool {
    guard token.kind == kind else { return false }
    advance()
    return true
  }

  mutating func skip(word: StaticString) -> Bool {
    guard token.kind == .identifier, isWord(token, word) else { return false }
    advance()
    return true
  }

  private func isWord(_ token: Token, _ word: StaticString) -> Bool {
    source.bytes[token.span.start..<token.span.end].elementsEqual(
      UnsafeBufferPointer(
        start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  func looksLikeNamedArgument() -> Bool { token.kind == .identifier && following.kind == .colon }

  /// Throws unless the tag ends here.
  func finish() throws(SyntaxFailure) {
    guard token.kind == .end else { throw unexpected() }
  }

  func failure(_ message: String) -> SyntaxFailure { SyntaxFailure(message: message, span: token.span) }

  func unexpected(wanted: String? = nil) -> SyntaxFailure {
    let found = token.kind == .end ? "the end of the tag" : "'\(text)'"
    if token.kind == .other, let first = text.utf8.first,
      first == UInt8(ascii: "'") || first == UInt8(ascii: "\"")
    {
      return failure("the string that begins here is never closed")
    }
    let advice = token.kind == .other ? Lookalike.advice(in: text.unicodeScalars).map { "; \($0)" } ?? "" : ""
    return failure((wanted.map { "expected \($0), found \(found)" } ?? "unexpected \(found)") + advice)
  }

  /// Whether the token is a word in letters that names cannot contain.
  private var isForeignWord: Bool {
    token.kind == .other && text.utf8.first.map { $0 >= 0x80 } ?? false
      && Lookalike.advice(in: text.unicodeScalars) == nil
  }

  mutating func identifier(_ wanted: String) throws(SyntaxFailure) -> (name: String, span: Span) {
    guard token.kind == .identifier else {
      guard isForeignWord else { throw unexpected(wanted: wanted) }
      throw failure("expected \(wanted), found '\(text)'; a name has only the letters a to z, digits and '_'")
    }
    let name = text
    return (name, advance().span)
  }

  /// The name of a variable that the template defines.
  mutating func assignedName() throws(SyntaxFailure) -> String {
    let (name, span) = try identifier("a variable's name")
    guard name.utf8.last != UInt8(ascii: "?") else {
      throw SyntaxFailure(message: "no value can be given to '\(name)'; leave out the '?'", span: span)
    }
    return name
  }

  // MARK: Expressions

  mutating func expression(_ parser: inout Parser) throws(SyntaxFailure) -> Expression {
    guard depth < Parser.deepestNesting else {
      throw failure("brackets are nested deeper than \(Parser.deepestNesting)")
    }
    depth += 1
    defer { depth -= 1 }
    let start = token.span.start
    switch token.kind {
    case .string:
      let span = advance().span
      return .literal(.string(source.text(Span(start: span.start + 1, end: span.end - 1))))
    case .number: return .literal(try number())
    case .identifier:
      if following.kind != .dot, following.kind != .openSquare, let literal = literal(text) {
        advance()
        return literal
      }
      let name = text
      let span = advance().span
      return .path(try path(.slot(parser.slot(name)), span, &parser))
    case .openSquare:
      advance()
      let key = try expression(&parser)
      guard skip(.closeSquare) else { throw unexpected(wanted: "']'") }
      let span = Span(start: start, end: consumedEnd)
      if case .literal(.string(let name)) = key {
        return .path(try path(.slot(parser.slot(name)), span, &parser))
      }
      return .path(try path(.computed(key), span, &parser))
    case .openRound:
      advance()
      let from = try expression(&parser)
      guard skip(.dotDot) else { throw unexpected(wanted: "'..'") }
      let through = try expression(&parser)
      guard skip(.closeRound) else { throw unexpected(wanted: "')'") }
      return .range(from: from, through: through, span: Span(start: start, end: consumedEnd))
    default: throw unexpected(wanted: "a value")
    }
  }

  private func literal(_ word: String) -> Expression? {
    switch word {
    case "nil", "null": .literal(.null)
    case "true": .literal(.bool(true))
    case "false": .literal(.bool(false))
    case "blank", "empty": .literal(.string(""))
    default: nil
    }
  }

  private mutating func number() throws(SyntaxFailure) -> Value {
    if let integer = Int64(text) {
      advance()
      return .integer(integer)
    }
    guard text.utf8.contains(UInt8(ascii: ".")), let number = Double(text), number.isFinite else {
      throw failure("the number \(text) is out of range")
    }
    advance()
    return .number(number)
  }

  private mutating func path(
    _ root: Path.Root, _ rootSpan: Span, _ parser: inout Parser
  ) throws(SyntaxFailure) -> Path {
    var steps: [Path.Step] = []
    var spans: [Span] = []
    while true {
      if token.kind == .dot {
        let parent = Span(start: rootSpan.start, end: consumedEnd)
        advance()
        try refuseForeignName(below: parent)
        let (name, span) = try identifier("a name after '.'")
        steps.append(.name(name, command(name)))
        spans.append(span)
      } else if token.kind == .openSquare {
        advance()
        let start = token.span.start
        let key = try expression(&parser)
        guard skip(.closeSquare) else { throw unexpected(wanted: "']'") }
        spans.append(Span(start: start, end: consumedEnd))
        if case .literal(.string(let name)) = key {
          steps.append(.name(name, nil))
        } else {
          steps.append(.index(key))
        }
      } else {
        break
      }
    }
    let span = Span(start: rootSpan.start, end: consumedEnd)
    return Path(
      root: root, rootSpan: rootSpan, steps: steps, stepSpans: spans, text: source.text(span), span: span)
  }

  /// Throws for `event.金额`, which must be written `event["金额"]`.
  private func refuseForeignName(below parent: Span) throws(SyntaxFailure) {
    let start = token.span.start
    var reader = self
    if reader.token.kind == .identifier {
      reader.advance()
      guard reader.token.span.start == reader.consumedEnd else { return }
    }
    guard reader.isForeignWord else { return }
    let span = Span(start: start, end: reader.token.span.end)
    let name = source.text(span)
    throw SyntaxFailure(
      message: "'\(name)' cannot stand after '.'; write \(source.text(parent))[\"\(name)\"]", span: span)
  }

  private func command(_ name: String) -> Path.Command? {
    switch name {
    case "size": .size
    case "first": .first
    case "last": .last
    default: nil
    }
  }

  // MARK: Conditions

  static func condition(_ span: Span, in parser: inout Parser) throws(SyntaxFailure) -> ConditionExpression {
    var reader = ExpressionParser(parser.source, span)
    let condition = try reader.condition(&parser)
    try reader.finish()
    return condition
  }

  mutating func condition(_ parser: inout Parser) throws(SyntaxFailure) -> ConditionExpression {
    var condition = ConditionExpression(comparisons: [try comparison(&parser)], relations: [])
    while true {
      if skip(word: "and") {
        condition.relations.append(.and)
      } else if skip(word: "or") {
        condition.relations.append(.or)
      } else {
        return condition
      }
      condition.comparisons.append(try comparison(&parser))
    }
  }

  private mutating func comparison(_ parser: inout Parser) throws(SyntaxFailure) -> Comparison {
    let start = token.span.start
    let left = try operand(&parser)
    guard case .comparison(let operation) = token.kind else {
      if token.kind == .equals { throw failure("'=' does not compare; use '=='") }
      return Comparison(left: left, test: nil, span: Span(start: start, end: consumedEnd))
    }
    advance()
    let right = try operand(&parser)
    return Comparison(left: left, test: (operation, right), span: Span(start: start, end: consumedEnd))
  }

  /// An expression in which `blank` and `empty` are tests rather than values.
  mutating func operand(_ parser: inout Parser) throws(SyntaxFailure) -> Expression {
    if token.kind == .identifier, following.kind != .dot, following.kind != .openSquare {
      if skip(word: "blank") { return .blank }
      if skip(word: "empty") { return .empty }
    }
    return try expression(&parser)
  }
}
