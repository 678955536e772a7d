internal import Decisioning

/// JSON Schemas of the configuration files, for completion in editors.
package enum ConfigurationSchemas {
  /// The schema of `reprise.yaml`. `adapters` and `sources` are the shapes of entries of
  /// `channels:` and `sources:`.
  package static func settings<Adapter, Source>(_ adapters: Shape<Adapter>, sources: Shape<Source>) -> String
  {
    JSONSchema.text(of: SettingsFile.shape(adapters, sources).schema, title: "reprise.yaml")
  }

  /// The schema of a file below `triggers/`.
  package static var trigger: String {
    JSONSchema.text(of: TriggerFile.shape(of: TriggerKinds.all).schema, title: "Reprise trigger")
  }

  /// The schema of a file below `segments/`.
  package static var segment: String {
    JSONSchema.text(of: SegmentFile.shape.schema, title: "Reprise segment")
  }
}
