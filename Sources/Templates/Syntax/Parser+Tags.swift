import Domain

extension Parser {
  /// Parses a tag, and for a block tag, everything up to its end.
  mutating func parse(
    _ tag: Tag, _ name: Span, _ markup: Span, into block: inout Block
  ) throws(SyntaxFailure) {
    switch tag {
    case .inlineComment: try inlineComment(markup)
    case .comment: if !scanner.skipComment() { neverClosed(name) }
    case .raw: try raw(name, markup, into: &block)
    case .doc: doc(name, markup)
    case .liquid: liquid(markup, into: &block)
    case .assign:
      var reader = ExpressionParser(source, markup)
      let variable = try reader.assignedName()
      guard reader.skip(.equals) else { throw reader.unexpected(wanted: "'='") }
      let pipeline = try reader.pipeline(&self, fallback: markup)
      block.append(.assign(slot: slot(variable), pipeline), isBlank: true)
    case .capture: try capture(name, markup, into: &block)
    case .echo:
      let pipeline = try ExpressionParser.pipeline(markup, in: &self)
      block.append(.output(Output(pipeline: pipeline, startsURL: startsURL)), isBlank: false)
      startsURL = false
    case .increment, .decrement:
      var reader = ExpressionParser(source, markup)
      let (variable, span) = try reader.identifier("a variable's name")
      try reader.finish()
      block.append(
        .count(Count(slot: slot(variable), isIncrement: tag == .increment, span: span)), isBlank: false)
    case .break, .continue:
      try ExpressionParser(source, markup).finish()
      block.append(.interrupt(tag == .break ? .break : .continue), isBlank: false)
    case .cycle: block.append(.cycle(try cycle(name, markup)), isBlank: false)
    case .render: block.append(.partial(try partial(name, markup)), isBlank: false)
    case .abort:
      let pipeline = try ExpressionParser.pipeline(markup, in: &self)
      block.append(.abort(pipeline, name), isBlank: false)
    case .ifchanged:
      var body = Block()
      closed(&body, name, by: ["endifchanged"])
      block.append(.changed(body), isBlank: body.isBlank)
    case .if, .unless: branch(tag, name, markup, into: &block)
    case .case: choice(name, markup, into: &block)
    case .for: loop(name, markup, into: &block)
    case .tablerow: table(name, markup, into: &block)
    }
  }

  /// Parses a body up to its end tag; a missing end is reported at the opening tag.
  @discardableResult
  mutating func closed(_ body: inout Block, _ name: Span, by terminators: [String]) -> Terminator? {
    let start = startsURL
    guard let end = block(into: &body, until: terminators) else {
      neverClosed(name)
      return nil
    }
    startsURL = startsURL || start
    return end
  }

  private mutating func neverClosed(_ name: Span) {
    let tag = source.text(name)
    report("'\(tag)' is never closed; add 'end\(tag)'", at: name)
  }

  /// Records a mistake in a block's opening tag and still parses its body.
  private mutating func recover<Part>(
    _ part: (inout Parser) throws(SyntaxFailure) -> Part
  ) -> Part? {
    do {
      return try part(&self)
    } catch {
      report(error.message, at: error.span)
      return nil
    }
  }

  private func inlineComment(_ markup: Span) throws(SyntaxFailure) {
    var offset = markup.start
    while offset < markup.end {
      defer { offset += 1 }
      guard source.bytes[offset] == .lineFeed else { continue }
      var next = offset + 1
      while next < markup.end, source.bytes[next].isSpace { next += 1 }
      guard next == markup.end || source.bytes[next] == UInt8(ascii: "#") else {
        throw SyntaxFailure(
          message: "each line of a '#' comment begins with '#'", span: Span(start: next, end: next + 1))
      }
    }
  }

  private mutating func raw(_ name: Span, _ markup: Span, into block: inout Block) throws(SyntaxFailure) {
    try ExpressionParser(source, markup).finish()
    guard let span = scanner.raw() else {
      neverClosed(name)
      return
    }
    guard span.start < span.end else { return }
    block.append(.text(Array(source.bytes[span.start..<span.end])), isBlank: false)
    startsURL = false
  }

  /// `doc` is documentation: not even tags are parsed in it, except another `doc`.
  private mutating func doc(_ name: Span, _ markup: Span) {
    _ = recover { (parser) throws(SyntaxFailure) in try ExpressionParser(parser.source, markup).finish() }
    switch scanner.skipDoc() {
    case .closed: break
    case .open: neverClosed(name)
    case .nested(let span): report("'doc' cannot stand inside 'doc'", at: span)
    }
  }

  /// The tags in `liquid` belong to the surrounding block, as if each line were a separate tag.
  private mutating func liquid(_ markup: Span, into block: inout Block) {
    let outer = scanner
    scanner = ChunkScanner(source, markup, mode: .lines)
    _ = self.block(into: &block, until: [])
    if case .tag(let name, _, _)? = pending {
      report("'\(source.text(name))' has no tag to belong to inside 'liquid'", at: name)
      pending = nil
    }
    scanner = outer
  }

  private mutating func capture(_ name: Span, _ markup: Span, into block: inout Block) throws(SyntaxFailure) {
    let variable = recover { (parser) throws(SyntaxFailure) in
      var reader = ExpressionParser(parser.source, markup)
      if reader.token.kind == .string {
        let quoted = reader.advance().span
        try reader.finish()
        return parser.source.text(Span(start: quoted.start + 1, end: quoted.end - 1))
      }
      let name = try reader.assignedName()
      try reader.finish()
      return name
    }
    if variable == nil { forgive(markup) }
    var body = Block()
    closed(&body, name, by: ["endcapture"])
    block.append(.capture(slot: slot(variable ?? ""), body), isBlank: true)
  }

  private mutating func branch(_ tag: Tag, _ name: Span, _ markup: Span, into block: inout Block) {
    var arms: [(condition: ConditionExpression?, block: Block)] = []
    let start = startsURL
    let end = "end\(tag.rawValue)"
    var condition = recover { (parser) throws(SyntaxFailure) in
      try ExpressionParser.condition(markup, in: &parser)
    }
    while true {
      var body = Block()
      startsURL = start
      let terminator = closed(&body, name, by: ["elsif", "else", end])
      arms.append((condition, body))
      guard let terminator, terminator.name != end else { break }
      let markup = terminator.markup
      if terminator.name == "else" {
        condition = nil
      } else {
        condition = recover { (parser) throws(SyntaxFailure) in
          try ExpressionParser.condition(markup, in: &parser)
        }
      }
    }
    let isBlank = arms.allSatisfy(\.block.isBlank)
    if isBlank {
      for index in arms.indices { arms[index].block.dropText() }
    }
    block.append(.branch(Branch(arms: arms, invertsFirst: tag == .unless)), isBlank: isBlank)
  }

  private mutating func choice(_ name: Span, _ markup: Span, into block: inout Block) {
    let subject = recover { (parser) throws(SyntaxFailure) in
      var reader = ExpressionParser(parser.source, markup)
      let subject = try reader.expression(&parser)
      try reader.finish()
      return subject
    }
    var arms: [(values: [Expression]?, block: Block)] = []
    let start = startsURL
    var ignored = Block()
    var terminator = closed(&ignored, name, by: ["when", "else", "endcase"])
    var isBlank = ignored.isBlank
    while let opening = terminator, opening.name != "endcase" {
      var values: [Expression]?
      if opening.name == "when" {
        values = recover { (parser) throws(SyntaxFailure) in try parser.whenValues(opening.markup) } ?? []
      } else {
        _ = recover { (parser) throws(SyntaxFailure) in
          try ExpressionParser(parser.source, opening.markup).finish()
        }
      }
      var body = Block()
      startsURL = start
      terminator = closed(&body, name, by: ["when", "else", "endcase"])
      isBlank = isBlank && body.isBlank
      arms.append((values, body))
    }
    if isBlank {
      for index in arms.indices { arms[index].block.dropText() }
    }
    block.append(
      .choice(Choice(subject: subject ?? .literal(.null), arms: arms, span: name)), isBlank: isBlank)
  }

  private mutating func whenValues(_ markup: Span) throws(SyntaxFailure) -> [Expression] {
    var reader = ExpressionParser(source, markup)
    var values = [try reader.operand(&self)]
    while reader.token.kind != .end {
      guard reader.skip(.comma) || reader.skip(word: "or") else {
        throw reader.unexpected(wanted: "',' or 'or'")
      }
      values.append(try reader.operand(&self))
    }
    return values
  }

  private mutating func cycle(_ name: Span, _ markup: Span) throws(SyntaxFailure) -> Cycle {
    var reader = ExpressionParser(source, markup)
    let start = reader.token.span.start
    var values = [try reader.expression(&self)]
    var group: Expression?
    if reader.skip(.colon) {
      group = values.removeLast()
      values.append(try reader.expression(&self))
    }
    while reader.skip(.comma) {
      if reader.token.kind == .end { break }
      values.append(try reader.expression(&self))
    }
    try reader.finish()
    let span = Span(start: start, end: markup.end)
    if let group { return Cycle(group: .named(group), values: values, span: span) }
    var key = ""
    for value in values {
      // Cycles over variables never share a group, even if they are spelled the same.
      if case .literal(let literal) = value { key += "\(literal)," } else { key += "@\(start)," }
    }
    let identity = cycleTexts[ExactText(key)] ?? cycleTexts.count
    cycleTexts[ExactText(key)] = identity
    return Cycle(group: .unnamed(identity), values: values, span: span)
  }
}
