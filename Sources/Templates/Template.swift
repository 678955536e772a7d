/// How printed values are escaped for the text around them.
package enum EscapeMode: String, Hashable, Sendable {
  /// Printed as they are: plain text, SMS, subjects.
  case none
  /// For text and quoted attributes of HTML; a URL with a scheme that runs code becomes `#`.
  case html
  /// For the inside of a JSON string.
  case json
}

/// A parsed Liquid template: parse once, render as often as wanted, from any number of tasks at a time.
package final class Template: Sendable {
  package let name: String
  package let escape: EscapeMode
  /// The templates it renders, each once, in order of their first use.
  package let partialNames: [String]

  let source: TemplateText
  let block: Block
  /// The names that a tag which could not be read may have made; empty in a template without a mistake.
  let forgiven: Set<Int>
  /// Whether all of it could be read.
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

  /// Parses `source`, which begins on line `firstLine`, at column `firstColumn`, of the file that error texts call
  /// `name`.
  ///
  /// Throws every mistake it can find, not only the first: unclosed and unknown tags, unknown filters, wrong numbers of
  /// arguments, malformed expressions.
  package static func parse(
    _ source: String, name: String, escape: EscapeMode, firstLine: Int = 1, firstColumn: Int = 1
  ) throws(TemplateSyntaxErrors) -> Template {
    let (template, mistakes) = examine(
      source, name: name, escape: escape, firstLine: firstLine, firstColumn: firstColumn)
    guard mistakes.isEmpty else { throw TemplateSyntaxErrors(mistakes) }
    return template
  }

  /// As `parse`, but gives what could be read beside the mistakes, so that the names in it can be checked too. With a
  /// mistake in it, it is not for rendering.
  package static func examine(
    _ source: String, name: String, escape: EscapeMode, firstLine: Int = 1, firstColumn: Int = 1
  ) -> (template: Template, mistakes: [TemplateDiagnostic]) {
    var parser = Parser(TemplateText(source, name: name, firstLine: firstLine, firstColumn: firstColumn))
    let block = parser.document()
    return (Template(parser, block: block, escape: escape), parser.diagnostics.sorted())
  }

  /// The text for one customer.
  ///
  /// Throws when a value is missing, a limit is reached, a filter cannot work on its input, or the template aborts; the
  /// same context always gives the same answer.
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

/// The templates that `{% render 'name' %}` can reach.
package struct TemplateLibrary: Sendable {
  private var templates: [ExactText: Template] = [:]

  package init(_ templates: [ExactText: Template] = [:]) { self.templates = templates }

  package var names: [String] { templates.keys.sorted().map(\.text) }

  package subscript(name: String) -> Template? {
    // No file has a longer name, and some texts would take very long to compare.
    get { name.utf8.count <= 1024 ? templates[name] : nil }
    set { templates[name] = newValue }
  }
}
