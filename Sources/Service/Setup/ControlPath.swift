internal import Configuration
internal import Platform
package import Store

/// The location of a daemon's control socket.
package enum ControlPath {
  /// The location for packages that run as a system service.
  package static let system = "/run/reprise/control.sock"

  /// The command line's, else the configuration's, else next to the SQLite file, else `system`.
  ///
  /// Daemon and command line compute it from the same input, and so find each other without further settings.
  package static func resolve(given: String?, configured: String?, store: StoreLocation?) -> String {
    if let given { return given }
    if let configured { return configured }
    guard case .sqlite(let path)? = store else { return system }
    return path + "-control"
  }
}

/// The two settings of `reprise.yaml` that say where a daemon can be reached, read without the rest.
///
/// A daemon keeps running under its old configuration when a file becomes invalid; it must then still be
/// reachable. Secrets are not resolved, and nothing is checked.
package struct DaemonAddress: Equatable, Sendable {
  package var store: String?
  package var controlSocket: String?

  package init(store: String? = nil, controlSocket: String? = nil) {
    self.store = store
    self.controlSocket = controlSocket
  }

  /// Both `nil` if there is no such file or it is not YAML.
  package init(configuration directory: String) {
    guard let bytes = try? Files.read(FilePath.join(directory, "reprise.yaml"), limit: 1 << 20) else {
      return
    }
    let root = YAMLDocument(parsing: bytes).root
    store = root?["store"]?.scalar?.text
    controlSocket = root?["control_socket"]?.scalar?.text
  }

  /// Where the daemon listens, with the overrides of the command line.
  package func controlPath(given: String?, store givenStore: String?) -> String {
    let location = (givenStore ?? store).flatMap { url -> StoreLocation? in try? StoreLocation(url: url) }
    return ControlPath.resolve(given: given, configured: controlSocket, store: location)
  }
}
