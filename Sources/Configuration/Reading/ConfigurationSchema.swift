/// What the files of a configuration may hold, as data: for editors and for the reference.
package enum ConfigurationSchema {
  /// `reprise.yaml`.
  package static func settings<Adapter: Sendable>(_ adapters: Shape<Adapter>) -> SchemaNode {
    SettingsFile.shape(adapters).schema
  }

  /// `triggers/NAME.yaml`.
  package static var trigger: SchemaNode { TriggerFile.shape.schema }

  /// The head of a template file.
  package static var template: SchemaNode { TemplateHead.shape.schema }
}
