import Domain

/// Parses source text into nodes, collecting mistakes and continuing after each.
struct Parser {
  /// Maximum nesting of blocks, and of brackets.
  static let deepestNesting = 100

  let source: TemplateText
  var scanner: ChunkScanner
  var slots: [ExactText: Int] = [:]
  var names: [String] = []
  var loopNames: [ExactText: Int] = [:]
  var cycleTexts: [ExactText: Int] = [:]
  var partials: [(name: String, span: Span)] = []
  var diagnostics: [TemplateDiagnostic] = []
  /// The open tags, outermost first.
  var openTags: [(name: String, span: Span)] = []
  /// An end tag found in an inner block that belongs to an outer one.
  var pending: Chunk?
  /// Names in tags that failed to parse, which may have defined them.
  private(set) var forgiven: Set<Int> = []
  /// Whether the next output would start a URL in an HTML attribute.
  var startsURL = false

  init(_ source: TemplateText) {
    self.source = source
    scanner = ChunkScanner(source, Span(start: 0, end: source.bytes.count), mode: .document)
  }

  /// Parses the whole template; it is usable only if `diagnostics` is empty.
  mutating func document() -> Block {
    var block = Block()
    _ = self.block(into: &block, until: [])
    return block
  }

  /// The tag that ended a block.
  struct Terminator {
    let name: String
    let nameSpan: Span
    let markup: Span
  }

  /// Parses up to one of the tags `terminators`; returns `nil` at the end of the source.
  ///
  /// A tag that belongs to an enclosing block ends this one too, as if it had been closed.
  mutating func block(into block: inout Block, until terminators: [String]) -> Terminator? {
    while let chunk = nextChunk() {
      switch chunk {
      case .text(let span):
        guard span.start < span.end else { continue }
        let bytes = Array(source.bytes[span.start..<span.end])
        refuseWideBraces(in: span)
        startsURL = endsInURLAttribute(bytes)
        block.append(.text(bytes), isBlank: bytes.allSatisfy(\.isSpace))
      case .output(let span, _):
        do {
          let pipeline = try ExpressionParser.pipeline(span, in: &self)
          block.append(.output(Output(pipeline: pipeline, startsURL: startsURL)), isBlank: false)
        } catch {
          report(error.message, at: error.span)
        }
        startsURL = false
      case .unclosed(let open, let closing):
        let advice = wideClosing(of: closing, after: open)
        report("'\(source.text(open))' is never closed with '\(closing)'\(advice)", at: open)
      case .tag(let nameSpan, let markup, let open):
        let name = source.text(nameSpan)
        if terminators.contains(name) { return Terminator(name: name, nameSpan: nameSpan, markup: markup) }
        if let owner = Tag.owner(of: name), openTags.dropLast().contains(where: { owner.contains($0.name) }) {
          pending = chunk
          return nil
        }
        tag(name, nameSpan, markup, open, into: &block)
      }
    }
    return nil
  }

  private mutating func nextChunk() -> Chunk? {
    if let chunk = pending {
      pending = nil
      return chunk
    }
    return scanner.next()
  }

  private func strayTag(_ name: String) -> String {
    guard let current = openTags.last?.name else { return "'\(name)' has no tag to belong to" }
    return "'\(name)' does not belong inside '\(current)'; close it with 'end\(current)' first"
  }

  mutating func tag(_ name: String, _ nameSpan: Span, _ markup: Span, _ open: Span, into block: inout Block) {
    guard let tag = Tag(rawValue: name) else {
      report(unknownTag(name), at: nameSpan.start < nameSpan.end ? nameSpan : open)
      forgive(markup)
      return
    }
    guard openTags.count < Self.deepestNesting else {
      report("tags are nested deeper than \(Self.deepestNesting)", at: nameSpan)
      stop()
      return
    }
    openTags.append((name, nameSpan))
    defer { openTags.removeLast() }
    do {
      try parse(tag, nameSpan, markup, into: &block)
    } catch {
      report(error.message, at: error.span)
      forgive(markup)
    }
  }

  /// Records the names in a tag that failed to parse, since it may define them.
  mutating func forgive(_ markup: Span) {
    var lexer = Lexer(source, markup)
    var token = lexer.next()
    while token.kind != .end {
      if token.kind == .identifier { forgiven.insert(slot(source.text(token.span))) }
      token = lexer.next()
    }
  }

  private func unknownTag(_ name: String) -> String {
    if name.isEmpty { return "a tag needs a name" }
    if name == "include" { return "unknown tag 'include'; use 'render'" }
    if Tag.owner(of: name) != nil { return strayTag(name) }
    return "unknown tag '\(name)'" + NearestName.ending(for: name, among: Tag.allCases.map(\.rawValue))
  }

  /// Skips the rest of the source.
  mutating func stop() {
    scanner = ChunkScanner(
      source, Span(start: source.bytes.count, end: source.bytes.count), mode: .document)
    pending = nil
  }

  mutating func report(_ message: String, at span: Span) {
    diagnostics.append(source.diagnostic(message, at: span))
  }

  /// The slot of the variable `name` during rendering.
  mutating func slot(_ name: String) -> Int {
    if let slot = slots[ExactText(name)] { return slot }
    slots[ExactText(name)] = names.count
    names.append(name)
    return names.count - 1
  }
}

/// A mistake in one tag or output.
struct SyntaxFailure: Error {
  let message: String
  let span: Span
}

/// The tags that may start a construct.
enum Tag: String, CaseIterable {
  case abort, assign, `break`, capture, `case`, comment, `continue`, cycle, decrement, doc, echo, `for`, `if`,
    ifchanged
  case increment, liquid, raw, render, tablerow, unless
  case inlineComment = "#"

  /// The tags that `name` may only appear in; `nil` for a standalone tag.
  static func owner(of name: String) -> [String]? {
    switch name {
    case "else": ["if", "unless", "case", "for"]
    case "elsif": ["if", "unless"]
    case "when": ["case"]
    default:
      if name.hasPrefix("end"), Tag(rawValue: String(name.dropFirst(3))) != nil {
        [String(name.dropFirst(3))]
      } else {
        nil
      }
    }
  }
}

/// Whether `text` ends where a URL attribute's value starts: `<a href="`.
private func endsInURLAttribute(_ text: [UInt8]) -> Bool {
  guard let quote = text.last,
    quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "=")
  else { return false }
  var end = text.count
  if quote != UInt8(ascii: "=") { end -= 1 }
  while end > 0, text[end - 1].isSpace { end -= 1 }
  guard end > 0, text[end - 1] == UInt8(ascii: "=") else { return false }
  end -= 1
  while end > 0, text[end - 1].isSpace { end -= 1 }
  var start = end
  while start > 0, text[start - 1].isWord || text[start - 1] == UInt8(ascii: "-") { start -= 1 }
  let name = String(decoding: text[start..<end], as: UTF8.self).lowercased()
  return ["href", "src", "action", "formaction", "background", "cite", "poster"].contains(name)
}
