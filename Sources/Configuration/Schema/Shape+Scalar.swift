internal import Domain
package import Platform

/// Why a scalar's text is refused.
package enum ScalarProblem: Error, Equatable, Sendable {
  /// The text has the wrong form: prints `'after' must be a duration such as ..., not 'soon'`.
  case mismatch(hint: String?)
  /// The form is right, but the value is refused; the text follows the subject: `needs a unit`.
  case objection(String, hint: String?)

  package static let mismatch = ScalarProblem.mismatch(hint: nil)

  /// The problem, to follow a subject.
  package var text: String {
    switch self {
    case .mismatch: "has the wrong form"
    case .objection(let text, _): text
    }
  }
}

extension Shape {
  /// A value written as one scalar.
  ///
  /// `parse` gets the text as written, quoted or not; never an empty value.
  package static func scalar(
    _ schema: SchemaNode,
    parse: @escaping @Sendable (YAMLScalar, DecodingEnvironment) throws(ScalarProblem) -> Value
  ) -> Shape {
    Shape(schema) { node, context in
      guard let scalar = node.scalar, !scalar.isNull else {
        context.reportKind(node, expected: schema.expected)
        return nil
      }
      do throws(ScalarProblem) {
        return try parse(scalar, context.environment)
      } catch {
        context.report(error, expected: schema.expected, node: node)
        return nil
      }
    }
  }

  /// A scalar with its own grammar.
  package static func text(
    expected: String, example: String, pattern: String? = nil,
    parse: @escaping @Sendable (String) throws(ScalarProblem) -> Value
  ) -> Shape {
    scalar(SchemaNode(.text(pattern: pattern), expected: expected, example: example)) {
      (scalar, _) throws(ScalarProblem) in try parse(scalar.text)
    }
  }
}

extension Shape where Value: CaseIterable & RawRepresentable<String> {
  /// One of `Value`'s raw values.
  package static func word(_ type: Value.Type = Value.self) -> Shape {
    word(of: Array(Value.allCases))
  }

  /// One of some raw values of `Value`.
  package static func word(of cases: [Value]) -> Shape {
    word(cases.map { ($0.rawValue, $0) })
  }
}

extension Shape where Value == String {
  /// Exactly this word.
  package static func word(_ word: String) -> Shape {
    scalar(SchemaNode(.words([word]), expected: word, example: word)) { (scalar, _) throws(ScalarProblem) in
      guard scalar.text == word else { throw .mismatch }
      return word
    }
  }

  /// One of these words.
  package static func word(among words: [String]) -> Shape { word(words.map { ($0, $0) }) }
}

extension Shape {
  private static func word(_ meanings: [(word: String, value: Value)]) -> Shape {
    let words = meanings.map(\.word)
    let schema = SchemaNode(
      .words(words), expected: Quoting.alternatives(words), example: words.first ?? "")
    return scalar(schema) { (scalar, _) throws(ScalarProblem) in
      guard let meaning = meanings.first(where: { $0.word == scalar.text }) else {
        throw .mismatch(hint: NearestName.hint(for: scalar.text, among: words))
      }
      return meaning.value
    }
  }
}
