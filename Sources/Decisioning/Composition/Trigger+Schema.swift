import Domain
package import Templates

extension Trigger {
  /// What the trigger's templates may name: the same as its conditions, and `unsubscribe_url` in marketing messages.
  ///
  /// A template used by several triggers must pass the check of each.
  package var templateSchema: TemplateSchema {
    TemplateSchema(When.roots(Root.offered(by: when) + (purpose == .marketing ? [.unsubscribeURL] : [])))
  }
}

extension When {
  /// What the trigger's `audience` and `where` may name.
  package var conditionSchema: TemplateSchema { TemplateSchema(Self.roots(Root.offered(by: self))) }

  fileprivate static func roots(_ roots: [Root]) -> [ExactText: TemplateSchema.Shape] {
    Dictionary(texts: roots.map { ($0.rawValue, $0.shape) })
  }
}
