/// A position in a template: its name, and line and column, both from 1.
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

/// A mistake in a template, with the position to underline.
package struct TemplateDiagnostic: Hashable, Sendable, CustomStringConvertible {
  package let template: String
  package let line: Int
  /// In Unicode scalars, from 1.
  package let column: Int
  /// Scalars to underline, at least 1.
  package let length: Int
  /// The mistake and how to fix it, without the position.
  package let message: String
  package let kind: Kind
  /// Identifies a mistake found through several templates that render this one; report only one with the same cause.
  /// Does not include the names listed in the message.
  package let cause: String

  package enum Kind: Hashable, Sendable {
    /// No such name; the message suggests a similar one if there is one.
    case unknownName(isSlip: Bool)
    /// The template renders another that is missing in its library.
    case missingTemplate(String)
    /// Not an error: a name below the root `of` that only data can confirm. `isApart` if only such names are possible
    /// there; `near` is this program's name for what other systems call by this name.
    case openName(String, of: String, isApart: Bool, near: String?)
    case other
  }

  package init(
    template: String, line: Int, column: Int, length: Int, message: String, kind: Kind = .other,
    cause: String? = nil
  ) {
    self.template = template
    self.line = line
    self.column = column
    self.length = length
    self.message = message
    self.kind = kind
    self.cause = cause ?? message
  }

  package var description: String { "\(template):\(line):\(column): \(message)" }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(line)
    hasher.combine(column)
    hasher.combine(ExactText(message))
  }
}

/// All mistakes that prevent a template or a condition from being parsed; never empty, sorted by position.
package struct TemplateSyntaxErrors: Error, Hashable, Sendable, CustomStringConvertible {
  package let diagnostics: [TemplateDiagnostic]

  package init(_ diagnostics: [TemplateDiagnostic]) {
    self.diagnostics = diagnostics
  }

  package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
