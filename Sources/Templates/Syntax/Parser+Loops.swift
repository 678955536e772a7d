import Domain

extension Parser {
  /// The contents of the opening tag of `for` and `tablerow`.
  private struct LoopHead {
    var variable = ""
    var collection = Expression.literal(.null)
    var collectionText = ""
    var isReversed = false
    var limit: Expression?
    var offset = Loop.Offset.none
    var columns: Expression?
  }

  private mutating func head(_ markup: Span, attributes: [String]) throws(SyntaxFailure) -> LoopHead {
    var head = LoopHead()
    var reader = ExpressionParser(source, markup)
    head.variable = try reader.identifier("the name of the loop's variable").name
    guard reader.skip(word: "in") else { throw reader.unexpected(wanted: "'in'") }
    let start = reader.token.span.start
    head.collection = try reader.expression(&self)
    head.collectionText = trimmedText(from: start, to: reader.token.span.start)
    while reader.token.kind != .end {
      _ = reader.skip(.comma)
      guard reader.looksLikeNamedArgument() else {
        guard attributes.contains("offset"), reader.skip(word: "reversed") else {
          throw reader.unexpected(wanted: attributes.map { "'\($0):'" }.joined(separator: ", "))
        }
        head.isReversed = true
        continue
      }
      let (name, span) = try reader.identifier("a name")
      reader.advance()
      switch name {
      case "limit": head.limit = try reader.expression(&self)
      case "offset":
        if reader.token.kind == .identifier, reader.text == "continue" {
          reader.advance()
          head.offset = .continue
        } else {
          head.offset = .value(try reader.expression(&self))
        }
      case "cols" where attributes.contains("cols"): head.columns = try reader.expression(&self)
      default:
        throw SyntaxFailure(
          message: "unknown attribute '\(name)' of a loop" + NearestName.ending(for: name, among: attributes),
          span: span)
      }
    }
    return head
  }

  private func trimmedText(from start: Int, to end: Int) -> String {
    var end = end
    while end > start, source.bytes[end - 1].isSpace || source.bytes[end - 1] == UInt8(ascii: ",") {
      end -= 1
    }
    return source.text(Span(start: start, end: end))
  }

  mutating func loop(_ name: Span, _ markup: Span, into block: inout Block) {
    var head = LoopHead()
    do {
      head = try self.head(markup, attributes: ["limit", "offset", "reversed"])
    } catch {
      report(error.message, at: error.span)
      forgive(markup)
    }
    let start = startsURL
    var body = Block()
    var otherwise: Block?
    if closed(&body, name, by: ["else", "endfor"])?.name == "else" {
      var block = Block()
      startsURL = start
      closed(&block, name, by: ["endfor"])
      otherwise = block
    }
    let isBlank = body.isBlank && otherwise?.isBlank ?? true
    if isBlank {
      body.dropText()
      otherwise?.dropText()
    }
    let loopName = "\(head.variable)-\(head.collectionText)"
    let identity = loopNames[ExactText(loopName)] ?? loopNames.count
    loopNames[ExactText(loopName)] = identity
    block.append(
      .loop(
        Loop(
          variable: slot(head.variable), forloop: slot("forloop"), collection: head.collection,
          name: loopName,
          identity: identity, isReversed: head.isReversed, limit: head.limit, offset: head.offset, body: body,
          otherwise: otherwise, span: markup)), isBlank: isBlank)
  }

  mutating func table(_ name: Span, _ markup: Span, into block: inout Block) {
    var head = LoopHead()
    do {
      head = try self.head(markup, attributes: ["cols", "limit", "offset"])
    } catch {
      report(error.message, at: error.span)
      forgive(markup)
    }
    var offset: Expression?
    if case .value(let expression) = head.offset { offset = expression }
    if case .continue = head.offset { report("'tablerow' has no 'offset: continue'", at: markup) }
    var body = Block()
    closed(&body, name, by: ["endtablerow"])
    block.append(
      .table(
        Table(
          variable: slot(head.variable), tablerowloop: slot("tablerowloop"), collection: head.collection,
          columns: head.columns, limit: head.limit, offset: offset, body: body, span: markup)),
      isBlank: body.isBlank)
  }

  mutating func partial(_ name: Span, _ markup: Span) throws(SyntaxFailure) -> Partial {
    var reader = ExpressionParser(source, markup)
    guard reader.token.kind == .string else {
      throw reader.unexpected(wanted: "the template's name in quotes")
    }
    let quoted = reader.advance().span
    let template = source.text(Span(start: quoted.start + 1, end: quoted.end - 1))
    var subject = Partial.Subject.none
    var variable = template.split(separator: "/").last.map(String.init) ?? template
    if reader.skip(word: "with") {
      subject = .with(try reader.expression(&self))
    } else if reader.skip(word: "for") {
      subject = .each(try reader.expression(&self))
    }
    if reader.skip(word: "as") { variable = try reader.identifier("a name after 'as'").name }
    var parameters: [(name: String, value: Expression)] = []
    while reader.token.kind != .end {
      _ = reader.skip(.comma)
      guard reader.looksLikeNamedArgument() else {
        throw reader.unexpected(wanted: "a parameter 'name: value'")
      }
      let (parameter, _) = try reader.identifier("a name")
      reader.advance()
      parameters.append((parameter, try reader.expression(&self)))
    }
    partials.append((template, quoted))
    return Partial(name: template, subject: subject, variable: variable, parameters: parameters, span: quoted)
  }
}
