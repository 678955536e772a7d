package import Configuration
package import Platform

/// The command line's overrides of the configuration.
package struct ServiceOptions: Sendable {
  /// The directory with `reprise.yaml`.
  package var configuration: String
  /// A store URL instead of the configured one.
  package var store: String?
  /// Where messages are captured instead of being sent; `nil` to send.
  package var capture: String?
  /// The control socket; `nil` for the configured or default one.
  package var control: String?
  /// An address instead of the configured one.
  package var listen: ListenAddress?
  /// Whether to fill an empty store with the example shop.
  package var isDemo: Bool
  /// Whether to check the store for damage at the start.
  package var checksIntegrity: Bool
  /// Whether to accept a SQLite file that lacks confirmed commits or came from elsewhere, as a restored
  /// backup.
  var acceptsOlderCopy = false
  /// Whether to reserve disk space for what must be written on a full disk, as the daemon does.
  var keepsBallast = true
  /// Whether to replay the consent journal and write to it. Commands that only read leave it alone.
  var attachesJournal = true
  package var environment: Environment
  /// How long a shutdown waits for messages in flight.
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
