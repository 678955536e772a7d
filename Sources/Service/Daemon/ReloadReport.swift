package import Domain

/// The result of the last reload.
package struct ReloadReport: Equatable, Sendable {
  package var at: Instant
  /// The first error, with its position; `nil` if it succeeded.
  package var error: String?
  /// The warnings about the configuration, one per line.
  package var warnings: [String] = []
  /// Keys of `reprise.yaml` that differ from what the daemon was started with, and need a restart.
  package var restartNeeded: [String] = []
  /// Why the store has not yet applied the new configuration to what was claimed or waits, although it is in
  /// force; `nil` if it has.
  package var unfollowed: String?
}
