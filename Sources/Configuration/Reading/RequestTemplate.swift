internal import Platform
package import Templates

/// A template of a channel's settings: a part of the requests that it makes.
package struct RequestTemplate: Sendable {
  package let template: Template
  private let place: ScalarPlace

  init(_ template: Template, at place: ScalarPlace) {
    self.template = template
    self.place = place
  }

  /// Unknown names in it.
  func check(_ schema: TemplateSchema) -> [Diagnostic] { template.check(schema: schema).map(diagnostic) }

  /// The mistake at its place in the file. The template counts from 1, so that a failure at run time says where in the
  /// text it is.
  func diagnostic(_ mistake: TemplateDiagnostic) -> Diagnostic {
    place.diagnostic(
      mistake.message, line: mistake.line - 1, column: mistake.column - 1, length: mistake.length)
  }
}

/// Templates of one channel that see the same names.
package struct ChannelTemplates: Sendable {
  package var templates: [RequestTemplate]
  package var roots: [ExactText: TemplateSchema.Shape]
  /// Whether they also see who the message is for and what it is about.
  package var seesFacts: Bool

  package init(_ templates: [RequestTemplate], roots: [ExactText: TemplateSchema.Shape], seesFacts: Bool) {
    self.templates = templates
    self.roots = roots
    self.seesFacts = seesFacts
  }
}

extension Shape where Value == RequestTemplate {
  /// A text with Liquid in it; its names are checked later, when all of the configuration is known.
  ///
  /// - Parameters:
  ///   - name: what failures at run time call it.
  ///   - refusing: objects to the text before its Liquid is read.
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
