import Domain

extension ExpressionParser {
  static func pipeline(_ span: Span, in parser: inout Parser) throws(SyntaxFailure) -> Pipeline {
    var reader = ExpressionParser(parser.source, span)
    return try reader.pipeline(&parser, fallback: span)
  }

  /// Parses a value and its filters, up to the end of the tag.
  ///
  /// Mistakes after the value are reported, and the rest is parsed as far as possible, for the names in it.
  mutating func pipeline(_ parser: inout Parser, fallback: Span) throws(SyntaxFailure) -> Pipeline {
    guard token.kind != .end else {
      return Pipeline(base: .literal(.string("")), calls: [], lastDefault: -1, span: fallback)
    }
    let start = token.span.start
    let base = try expression(&parser)
    var calls: [FilterCall] = []
    var lastDefault = -1
    var isWhole = true
    var others: [Expression] = []
    do throws(SyntaxFailure) {
      while skip(.pipe) {
        guard let call = try filterCall(&parser, &others) else {
          isWhole = false
          continue
        }
        if call.filter == .default { lastDefault = calls.count }
        calls.append(call)
      }
      try finish()
    } catch {
      parser.report(error.message, at: error.span)
      isWhole = false
    }
    return Pipeline(
      base: base, calls: calls, lastDefault: lastDefault, span: Span(start: start, end: consumedEnd),
      isWhole: isWhole, others: others)
  }

  /// Returns `nil` after a report; the arguments are then in `others`.
  private mutating func filterCall(
    _ parser: inout Parser, _ others: inout [Expression]
  ) throws(SyntaxFailure) -> FilterCall? {
    let (name, span) = try identifier("a filter's name after '|'")
    let filter = Filter(rawValue: name)
    if filter == nil {
      let near = NearestName.ending(for: name, among: Filter.allCases.map(\.rawValue))
      parser.report("unknown filter '\(name)'" + near, at: span)
    }
    var isUnderstood = true
    var arguments: [Expression] = []
    var allowFalse: Expression?
    if skip(.colon) {
      repeat {
        if looksLikeNamedArgument() {
          let (argument, argumentSpan) = try identifier("a name")
          advance()
          let value = try expression(&parser)
          if filter == .default, argument == "allow_false" {
            allowFalse = value
          } else if filter != nil {
            parser.report("filter '\(name)' has no argument called '\(argument)'", at: argumentSpan)
            isUnderstood = false
          }
        } else {
          arguments.append(try expression(&parser))
        }
      } while skip(.comma)
    }
    guard let filter, isUnderstood else {
      others += arguments
      return nil
    }
    guard filter.arity.contains(arguments.count) else {
      parser.report("filter '\(name)' takes \(filter.arityText), not \(arguments.count)", at: span)
      others += arguments
      return nil
    }
    return FilterCall(filter: filter, arguments: arguments, allowFalse: allowFalse, span: span)
  }
}
