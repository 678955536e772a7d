package import Configuration
package import Platform

/// What the command line says over what the configuration says.
package struct ServiceOptions: Sendable {
  /// The directory with `reprise.yaml`.
  package var configuration: String
  /// A store URL that replaces the configured one.
  package var store: String?
  /// Where messages are captured instead of being sent; `nil` sends.
  package var capture: String?
  /// The control socket; `nil` takes the configured or the usual one.
  package var control: String?
  /// Replaces the configured one.
  package var listen: ListenAddress?
  /// Fill an empty store with the example shop.
  package var isDemo: Bool
  /// Look through the store for damage before use.
  package var checksIntegrity: Bool
  /// Take a SQLite file that lacks what was confirmed, or was put here from elsewhere, as the backup that it is.
  var acceptsOlderCopy = false
  /// Keep room on the disk for what must be written when it is full, as the daemon does.
  var keepsBallast = true
  /// Take in what the journal of consent knows and write to it. Only looking leaves it alone.
  var attachesJournal = true
  package var environment: Environment
  /// How long a stop waits for messages under way.
  package var drainTimeout: Duration

  package init(
    configuration: String, store: String? = nil, capture: String? = nil, control: String? = nil,
    listen: ListenAddress? = nil, isDemo: Bool = false, checksIntegrity: Bool = true,
    environment: Environment = .process, drainTimeout: Duration = .seconds(30)
  ) {
    self.configuration = configuration
    self.store = store
    self.capture = capture
    self.control = control
    self.listen = listen
    self.isDemo = isDemo
    self.checksIntegrity = checksIntegrity
    self.environment = environment
    self.drainTimeout = drainTimeout
  }
}
