package import Domain

/// How the last reload went.
package struct ReloadReport: Equatable, Sendable {
  package var at: Instant
  /// The first error, with its place; `nil` when it worked.
  package var error: String?
  /// Keys of `reprise.yaml` that say something else than what the daemon was started with, and will not be followed
  /// before a restart.
  package var restartNeeded: [String] = []
  /// Why the store did not take it that what was claimed or waits is looked at by the new configuration, which is in
  /// force all the same; `nil` when it did.
  package var unfollowed: String?
}
