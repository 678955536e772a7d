internal import Configuration
internal import Platform
package import Store

/// Where the control socket of a daemon is.
package enum ControlPath {
  /// The place for packages that run as a system service.
  package static let system = "/run/reprise/control.sock"

  /// What the command line says, else what the configuration says, else beside the SQLite file, else `system`.
  ///
  /// Daemon and command line come here with the same words, and so meet without either being told about the other.
  package static func resolve(given: String?, configured: String?, store: StoreLocation?) -> String {
    if let given { return given }
    if let configured { return configured }
    guard case .sqlite(let path)? = store else { return system }
    return path + "-control"
  }
}

/// The two lines of `reprise.yaml` that say where a daemon can be reached, read without asking for the rest.
///
/// A daemon goes on under its old configuration when a file has become wrong; talking to it must then still work.
/// Secrets are not resolved, nothing is checked.
package struct DaemonAddress: Equatable, Sendable {
  package var store: String?
  package var controlSocket: String?

  package init(store: String? = nil, controlSocket: String? = nil) {
    self.store = store
    self.controlSocket = controlSocket
  }

  /// Both `nil` when there is no such file, or none that is YAML.
  package init(configuration directory: String) {
    guard let bytes = try? Files.read(FilePath.join(directory, "reprise.yaml"), limit: 1 << 20) else {
      return
    }
    let root = YAMLDocument(parsing: bytes).root
    store = root?["store"]?.scalar?.text
    controlSocket = root?["control_socket"]?.scalar?.text
  }

  /// Where the daemon listens, with what the command line says on top.
  package func controlPath(given: String?, store givenStore: String?) -> String {
    let location = (givenStore ?? store).flatMap { url -> StoreLocation? in try? StoreLocation(url: url) }
    return ControlPath.resolve(given: given, configured: controlSocket, store: location)
  }
}
