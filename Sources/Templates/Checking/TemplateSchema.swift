/// The names a template or condition may use, and what each of them holds.
package struct TemplateSchema: Hashable, Sendable {
  package var roots: [ExactText: Shape]

  package init(_ roots: [ExactText: Shape]) { self.roots = roots }

  /// What is known about a value before rendering.
  package indirect enum Shape: Hashable, Sendable {
    /// Text, a number, a truth value, a time, money.
    case scalar
    /// Exactly these fields.
    case object([ExactText: Shape])
    /// These fields and others known only from the data; a name close to one of these counts as misspelt.
    case extensible([ExactText: Shape])
    case list(Shape)
    /// Anything, with any fields, such as customers' attributes.
    case open
  }
}

extension Template {
  /// Every name that `schema` does not know, and every `render` of a template that `library` does not hold.
  ///
  /// Follows `assign`, `capture`, loops and the parameters of partials. A partial is checked as it is called, and its
  /// mistakes name it. Sorted by template and place, each mistake once.
  package func check(
    schema: TemplateSchema, library: TemplateLibrary = TemplateLibrary()
  ) -> [TemplateDiagnostic] {
    var checker = Checker(schema: schema, library: library)
    checker.check(self, parameters: [:])
    return Array(checker.diagnostics).sorted()
  }

  /// The paths the template and its partials read from the data, `customer.first_name`; up to the first index.
  ///
  /// Names the template makes itself are not among them.
  package func variables(library: TemplateLibrary = TemplateLibrary()) -> Set<ExactText> {
    var checker = Checker(schema: nil, library: library)
    checker.check(self, parameters: [:])
    return checker.variables
  }
}

extension Condition {
  /// Every name that `schema` does not know.
  package func check(schema: TemplateSchema) -> [TemplateDiagnostic] {
    var checker = Checker(schema: schema, library: TemplateLibrary())
    checker.check(expression, of: template)
    return Array(checker.diagnostics).sorted()
  }
}
