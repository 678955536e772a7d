/// The names available to a template or condition, with their shapes.
package struct TemplateSchema: Hashable, Sendable {
  package var roots: [ExactText: Shape]
  /// The names that a word from other systems may stand for, the most likely first.
  package var synonyms: [ExactText: [String]]

  package init(_ roots: [ExactText: Shape], synonyms: [ExactText: [String]] = [:]) {
    self.roots = roots
    self.synonyms = synonyms
  }

  /// What is known about a value before rendering.
  package indirect enum Shape: Hashable, Sendable {
    /// A single value.
    case value(Kind)
    /// Exactly these fields.
    case object([ExactText: Shape])
    /// These fields and others that depend on the data; a name similar to one of these counts as a misspelling.
    case extensible([ExactText: Shape])
    case list(Shape)
    /// Anything with any fields, such as customers' attributes.
    case open

    /// A single value of unknown kind.
    package static var scalar: Shape { .value(.any) }

    /// The type of a single value.
    package enum Kind: Hashable, Sendable {
      case text
      /// Text that is one of a closed list.
      case word(Vocabulary)
      case number
      case truth
      case time
      case money
      /// Any of these, or null.
      case any
    }
  }
}

extension TemplateSchema {
  /// A closed list of words that a value may be, such as the names of segments.
  package struct Vocabulary: Hashable, Sendable {
    /// What each of them names, in the singular: `segment`.
    package let noun: String
    package let words: [String]

    package init(of noun: String, _ words: [String]) {
      self.noun = noun
      self.words = words
    }

    /// For hints, such as `the segments are lost and new`; only their number if there are many.
    var listed: String {
      guard let last = words.last else { return "there are no \(noun)s" }
      guard words.count > 1 else { return "the only \(noun) is '\(last)'" }
      guard words.count <= 20 else { return "it is none of the \(words.count) \(noun)s" }
      return "the \(noun)s are " + words.dropLast().joined(separator: ", ") + " and " + last
    }
  }
}

extension Template {
  /// All names unknown to `schema`, and every `render` of a template missing in `library`.
  ///
  /// Follows `assign`, `capture`, loops and the parameters of partials. A partial is checked for each call,
  /// and its mistakes name it. Sorted by template and position, without duplicates.
  package func check(
    schema: TemplateSchema, library: TemplateLibrary = TemplateLibrary()
  ) -> [TemplateDiagnostic] {
    var checker = Checker(schema: schema, library: library)
    checker.check(self, parameters: [:])
    return Array(checker.diagnostics).sorted()
  }

  /// Names that `schema` does not know but allows, each at its first place.
  package func openNames(
    schema: TemplateSchema, library: TemplateLibrary = TemplateLibrary()
  ) -> [TemplateDiagnostic] {
    var checker = Checker(schema: schema, library: library)
    checker.check(self, parameters: [:])
    return Array(checker.openNames).sorted()
  }

  /// The paths that the template and its partials read from the data, `customer.first_name`, up to the first
  /// index.
  ///
  /// Excludes names that the template defines.
  package func variables(library: TemplateLibrary = TemplateLibrary()) -> Set<ExactText> {
    var checker = Checker(schema: nil, library: library)
    checker.check(self, parameters: [:])
    return checker.variables
  }
}

extension Condition {
  /// Names that `schema` does not know but allows.
  package func openNames(schema: TemplateSchema) -> [TemplateDiagnostic] {
    var checker = Checker(schema: schema, library: TemplateLibrary())
    checker.check(expression, of: template)
    return Array(checker.openNames).sorted()
  }

  /// The paths that it reads; see `Template.variables`.
  package var variables: Set<ExactText> {
    var checker = Checker(schema: nil, library: TemplateLibrary())
    checker.check(expression, of: template)
    return checker.variables
  }

  /// All names unknown to `schema`.
  package func check(schema: TemplateSchema) -> [TemplateDiagnostic] {
    var checker = Checker(schema: schema, library: TemplateLibrary())
    checker.check(expression, of: template)
    return Array(checker.diagnostics).sorted()
  }
}
