/// A place in a template: the template's name, and line and column, both counted from 1.
///
/// Columns count Unicode scalars.
package struct TemplateLocation: Hashable, Sendable, CustomStringConvertible {
  package let template: String
  package let line: Int
  package let column: Int

  package init(template: String, line: Int, column: Int) {
    self.template = template
    self.line = line
    self.column = column
  }

  package var description: String { "\(template):\(line):\(column)" }
}

/// One mistake in a template, with the place to put the caret under.
package struct TemplateDiagnostic: Hashable, Sendable, CustomStringConvertible {
  package let template: String
  package let line: Int
  /// In Unicode scalars, from 1.
  package let column: Int
  /// How many scalars to underline, at least 1.
  package let length: Int
  /// What is wrong and the way out, without the place.
  package let message: String
  /// The same for mistakes that are one and the same, found by way of several templates that render this one; of these
  /// one is worth telling.
  package let cause: String

  package init(
    template: String, line: Int, column: Int, length: Int, message: String, cause: String? = nil
  ) {
    self.template = template
    self.line = line
    self.column = column
    self.length = length
    self.message = message
    self.cause = cause ?? message
  }

  package var description: String { "\(template):\(line):\(column): \(message)" }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(line)
    hasher.combine(column)
    hasher.combine(ExactText(message))
  }
}

/// All the mistakes that stop a template or a condition from being understood; never empty, in order of their place.
package struct TemplateSyntaxErrors: Error, Hashable, Sendable, CustomStringConvertible {
  package let diagnostics: [TemplateDiagnostic]

  package init(_ diagnostics: [TemplateDiagnostic]) {
    self.diagnostics = diagnostics
  }

  package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
