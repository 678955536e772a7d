/// Apply the current configuration files, all or nothing.
package struct ReloadRequest: OperatorRequest {
  package typealias Answer = ReloadAnswer
  package static let name = "reload"
  package static let effect = RequestEffect.change
  package static let place = RequestPlace.daemon
  package static let isAboutConfiguration = true

  package init() {}

  package static func fields(_ field: inout JSONFields<Self>) -> Self { ReloadRequest() }
}

/// The configuration in force after the reload.
package struct ReloadAnswer: JSONRecord {
  package var isReloaded: Bool
  /// The directory it was read from.
  package var configuration: String
  package var triggers: Int
  package var templates: Int
  package var channels: Int
  /// Changed keys of `reprise.yaml` that take effect only after a restart.
  package var restartNeeded: [String]
  /// The warnings about the files, one per line with its place.
  package var warnings: [String]

  package init(
    isReloaded: Bool = true, configuration: String, triggers: Int, templates: Int, channels: Int,
    restartNeeded: [String], warnings: [String] = []
  ) {
    self.warnings = warnings
    self.isReloaded = isReloaded
    self.configuration = configuration
    self.triggers = triggers
    self.templates = templates
    self.channels = channels
    self.restartNeeded = restartNeeded
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ReloadAnswer(
      isReloaded: try field("reloaded", \.isReloaded),
      configuration: try field("configuration", \.configuration), triggers: try field("triggers", \.triggers),
      templates: try field("templates", \.templates), channels: try field("channels", \.channels),
      restartNeeded: try field("restart_needed", \.restartNeeded),
      warnings: try field.list("warnings", \.warnings))
  }
}
