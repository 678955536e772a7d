package import Domain

/// A standalone Liquid condition, as in a trigger's `audience` and `where`: parsed once, evaluated often.
package final class Condition: Sendable {
  /// As written.
  package let text: String

  let template: Template
  let expression: ConditionExpression

  private init(_ text: String, _ template: Template, _ expression: ConditionExpression) {
    self.text = text
    self.template = template
    self.expression = expression
  }

  /// Parses `customer.orders_count >= 1 and customer.lifetime_value >= 50`.
  ///
  /// `name`, `line` and `column` give the position of the text for errors. Throws on anything but a single
  /// condition.
  package static func parse(
    _ text: String, name: String = "condition", line: Int = 1, column: Int = 1
  ) throws(TemplateSyntaxErrors) -> Condition {
    let source = TemplateText(text, name: name, firstLine: line, firstColumn: column)
    var parser = Parser(source)
    do {
      let whole = Span(start: 0, end: source.bytes.count)
      let expression = try ExpressionParser.condition(whole, in: &parser)
      return Condition(text, Template(parser, block: .empty, escape: .none), expression)
    } catch {
      throw TemplateSyntaxErrors([source.diagnostic(error.message, at: error.span)])
    }
  }

  /// The variables in the condition, as written, with their values in `context`; without duplicates, in order
  /// of appearance. A missing one is null.
  package func values(_ context: RenderContext) -> [(name: String, value: Value)] {
    var renderer = Renderer(template, context)
    var values: [(name: String, value: Value)] = []
    for comparison in expression.comparisons {
      for path in [comparison.left.path, comparison.test?.right.path].compactMap({ $0 })
      where !values.contains(where: { $0.name == path.text }) {
        values.append((path.text, (try? renderer.value(of: path).value) ?? .null))
      }
    }
    return values
  }

  /// Evaluates the condition. Missing variables and properties are `nil` here, even in strict contexts.
  ///
  /// Throws `invalid` for an ordering of different kinds of values, `"a" < 1`.
  ///
  /// - Parameter missing: how comparisons treat missing values.
  package func evaluate(
    _ context: RenderContext, missing: MissingValues = .areNil
  ) throws(RenderError) -> Bool {
    var renderer = Renderer(template, context)
    renderer.missing = missing
    return try renderer.holds(expression)
  }

  /// How comparisons treat missing values.
  package enum MissingValues: Sendable {
    /// They are `nil`, as in templates: unequal to every text.
    case areNil
    /// No comparison with them holds, neither `==` nor `!=`.
    case meetsNothing
  }

  /// The paths that it reads, name by name up to the first computed one; an empty one may be anything.
  package var paths: [[String]] {
    expression.comparisons.flatMap { [$0.left.path, $0.test?.right.path] }.compactMap(\.self).map(names)
  }

  private func names(of path: Path) -> [String] {
    guard case .slot(let slot) = path.root,
      let root = template.slots.first(where: { $0.value == slot })?.key.text
    else { return [] }
    var names = [root]
    for step in path.steps {
      switch step {
      case .name(let name, _): names.append(name)
      case .index(.literal(.string(let name))): names.append(name)
      case .index: return names
      }
    }
    return names
  }
}
