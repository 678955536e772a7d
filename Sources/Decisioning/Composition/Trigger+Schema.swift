import Domain
package import Templates

extension Trigger {
  /// What the trigger's templates may name: the same, and on marketing messages `unsubscribe_url`.
  ///
  /// A template that several triggers use has to pass the check of each.
  package var templateSchema: TemplateSchema {
    TemplateSchema(When.roots(Root.offered(by: when) + (purpose == .marketing ? [.unsubscribeURL] : [])))
  }
}

extension When {
  /// What conditions of such a trigger may name; for reading `where` before the trigger is whole.
  package var conditionSchema: TemplateSchema { TemplateSchema(Self.roots(Root.offered(by: self))) }

  fileprivate static func roots(_ roots: [Root]) -> [ExactText: TemplateSchema.Shape] {
    Dictionary(texts: roots.map { ($0.rawValue, $0.shape) })
  }
}
