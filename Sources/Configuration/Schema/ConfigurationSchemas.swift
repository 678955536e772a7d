internal import Decisioning

/// JSON Schemas of the configuration files, for completion in editors.
package enum ConfigurationSchemas {
  /// The schema of `reprise.yaml`. `adapters` is the shape of an entry of `channels:`.
  package static func settings<Adapter>(_ adapters: Shape<Adapter>) -> String {
    JSONSchema.text(of: SettingsFile.shape(adapters).schema, title: "reprise.yaml")
  }

  /// The schema of a file below `triggers/`.
  package static var trigger: String {
    JSONSchema.text(of: TriggerFile.shape(of: TriggerKinds.all).schema, title: "Reprise trigger")
  }
}
