internal import Domain
package import Templates

extension Trigger {
  /// The names that the trigger's templates may use: those of its conditions, and in marketing messages
  /// `unsubscribe_url`.
  ///
  /// A template used by several triggers must pass the check of each.
  package var templateSchema: TemplateSchema {
    when.schema(adding: purpose == .marketing ? [.unsubscribeURL] : [])
  }
}

extension TriggerKind {
  /// The names that `audience` and `where` of such a trigger may use.
  package var conditionSchema: TemplateSchema { schema(adding: []) }

  fileprivate func schema(adding more: [Root]) -> TemplateSchema {
    TemplateSchema(
      Dictionary(texts: (Root.common + offers + more).map { ($0.name, $0.shape) }), synonyms: Synonyms.names)
  }
}
