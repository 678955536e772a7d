internal import Platform
package import Templates

/// A template in a channel's settings, for part of its requests.
package struct RequestTemplate: Sendable {
  package let template: Template
  private let place: ScalarPlace

  init(_ template: Template, at place: ScalarPlace) {
    self.template = template
    self.place = place
  }

  func check(_ schema: TemplateSchema) -> [Diagnostic] {
    template.check(schema: schema).map { mistake in
      var found = diagnostic(mistake)
      if case .unknownName(isSlip: false) = mistake.kind {
        found.hint = "'reprise help channels' lists the names of channels' templates"
      } else if mistake.message.hasPrefix("'trigger' is a single value") {
        found.hint = "in a channel's templates it is the trigger's id itself"
      }
      return found
    }
  }

  /// The mistake at its place in the file. The template counts from 1, so that run-time failures give the
  /// place within the text.
  func diagnostic(_ mistake: TemplateDiagnostic) -> Diagnostic {
    place.diagnostic(
      mistake.message, line: mistake.line - 1, column: mistake.column - 1, length: mistake.length)
  }
}

/// Templates of a channel that use the same names.
package struct ChannelTemplates: Sendable {
  package var templates: [RequestTemplate]
  package var roots: [ExactText: TemplateSchema.Shape]
  /// The names that may be meant by a provider's word.
  static let synonyms: [ExactText: [String]] = [
    "phone": ["to"], "mobile": ["to"], "number": ["to"], "recipient": ["to"], "address": ["to"],
    "email": ["to"],
    "id": ["uid"], "message_id": ["uid"], "body": ["text"], "content": ["text"], "title": ["subject"],
    "unsubscribe_link": ["unsubscribe_url"],
  ]
  /// Whether they may also use the message's recipient and subject.
  package var seesFacts: Bool

  package init(_ templates: [RequestTemplate], roots: [ExactText: TemplateSchema.Shape], seesFacts: Bool) {
    self.templates = templates
    self.roots = roots
    self.seesFacts = seesFacts
  }
}

extension Shape where Value == RequestTemplate {
  /// A text with Liquid; its names are checked later, against the whole configuration.
  ///
  /// - Parameters:
  ///   - name: its name in run-time failures.
  ///   - refusing: objects to the text before its Liquid is parsed.
  package static func requestTemplate(
    _ name: String, expected: String = "text, with Liquid if wanted", example: String,
    refusing: @escaping @Sendable (String) throws(ScalarProblem) -> Void = { _ in }
  ) -> Shape {
    let schema = SchemaNode(.text(pattern: nil), expected: expected, example: example)
    return Shape(schema) { node, context in
      guard let scalar = node.scalar, !scalar.isNull else {
        context.reportKind(node, expected: schema.expected)
        return nil
      }
      do throws(ScalarProblem) {
        try refusing(scalar.text)
      } catch {
        context.report(error, expected: schema.expected, node: node)
        return nil
      }
      let (template, mistakes) = Template.examine(scalar.text, name: name, escape: .none)
      let request = RequestTemplate(template, at: ScalarPlace(scalar, at: node.span, in: context.file))
      let subject = context.subject
      context.append(
        mistakes.map { mistake in
          var diagnostic = request.diagnostic(mistake)
          diagnostic.message = "\(subject) has a mistake in its Liquid: \(diagnostic.message)"
          return diagnostic
        })
      return request
    }
  }
}
