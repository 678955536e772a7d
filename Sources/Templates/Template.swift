/// How printed values are escaped for their surroundings.
package enum EscapeMode: String, Hashable, Sendable {
  /// Unchanged: plain text, SMS, subjects.
  case none
  /// For text and quoted attributes of HTML; a URL with a scheme that runs code becomes `#`.
  case html
  /// For the inside of a JSON string.
  case json
}

/// A parsed Liquid template: parse it once, render it any number of times, from any number of tasks.
package final class Template: Sendable {
  package let name: String
  package let escape: EscapeMode
  /// The templates it renders, without duplicates, in order of first use.
  package let partialNames: [String]

  let source: TemplateText
  let block: Block
  /// Names that a tag which failed to parse may define; empty in a template without mistakes.
  let forgiven: Set<Int>
  /// Whether it was parsed completely.
  package let isWhole: Bool
  /// The names of the slots; every variable of the template has one.
  let slotNames: [String]
  let slots: [ExactText: Int]
  let partials: [(name: String, span: Span)]

  init(_ parser: Parser, block: Block, escape: EscapeMode) {
    name = parser.source.name
    self.escape = escape
    source = parser.source
    self.block = block
    slotNames = parser.names
    slots = parser.slots
    partials = parser.partials
    forgiven = parser.forgiven
    isWhole = parser.diagnostics.isEmpty
    var seen: Set<ExactText> = []
    partialNames = parser.partials.map(\.name).filter { seen.insert(ExactText($0)).inserted }
  }

  /// Parses `source`, which starts on line `firstLine`, at column `firstColumn`, of the file that errors call
  /// `name`.
  ///
  /// Throws all mistakes, not only the first: unclosed and unknown tags, unknown filters, wrong numbers of
  /// arguments, malformed expressions.
  package static func parse(
    _ source: String, name: String, escape: EscapeMode, firstLine: Int = 1, firstColumn: Int = 1
  ) throws(TemplateSyntaxErrors) -> Template {
    let (template, mistakes) = examine(
      source, name: name, escape: escape, firstLine: firstLine, firstColumn: firstColumn)
    guard mistakes.isEmpty else { throw TemplateSyntaxErrors(mistakes) }
    return template
  }

  /// Like `parse`, but returns what could be parsed along with the mistakes, so that the names in it can be
  /// checked too. If there are mistakes, it must not be rendered.
  package static func examine(
    _ source: String, name: String, escape: EscapeMode, firstLine: Int = 1, firstColumn: Int = 1
  ) -> (template: Template, mistakes: [TemplateDiagnostic]) {
    var parser = Parser(TemplateText(source, name: name, firstLine: firstLine, firstColumn: firstColumn))
    let block = parser.document()
    return (Template(parser, block: block, escape: escape), parser.diagnostics.sorted())
  }

  /// Renders the text for one customer.
  ///
  /// Throws if a value is missing, a limit is reached, a filter cannot process its input, or the template
  /// aborts; the same context always gives the same result.
  package func render(_ context: RenderContext) throws(RenderError) -> String {
    var renderer = Renderer(self, context)
    try renderer.run()
    return renderer.text
  }
}

extension [TemplateDiagnostic] {
  func sorted() -> [TemplateDiagnostic] {
    sorted { ($0.template, $0.line, $0.column) < ($1.template, $1.line, $1.column) }
  }
}

/// The templates available to `{% render 'name' %}`.
package struct TemplateLibrary: Sendable {
  private var templates: [ExactText: Template] = [:]

  package init(_ templates: [ExactText: Template] = [:]) { self.templates = templates }

  package var names: [String] { templates.keys.sorted().map(\.text) }

  package subscript(name: String) -> Template? {
    // No file has a longer name, and some texts take very long to compare.
    get { name.utf8.count <= 1024 ? templates[name] : nil }
    set { templates[name] = newValue }
  }
}
