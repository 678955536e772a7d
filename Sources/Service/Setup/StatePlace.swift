internal import Domain
internal import Platform
internal import Store

/// Where a daemon keeps what has to outlive it and belongs to one store alone.
enum StatePlace {
  /// Beside a SQLite file. For a server in the state directory that systemd gives, else that of the installed service
  /// where its control socket is the usual one or it keeps a journal of this very store, else beside the control socket.
  static func path(
    _ name: String, of store: StoreLocation, control: String, environment: Environment
  ) -> String {
    switch store {
    case .sqlite(let path): return "\(path)-\(name)"
    case .postgresql:
      // systemd separates several with colons.
      let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
      let shop = Hex.text(Digest.sha256.hash(Array(store.description.utf8)).prefix(6))
      let isInstalled =
        control == ControlPath.system && Files.exists(installed)
        || Files.exists(FilePath.join(installed, "postgresql-\(shop)-consents"))
      let directory = given ?? (isInstalled ? installed : FilePath.directory(of: control))
      return FilePath.join(directory, "postgresql-\(shop)-\(name)")
    }
  }

  private static let installed = "/var/lib/reprise"
}
