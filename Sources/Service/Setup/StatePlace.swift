internal import Domain
internal import Platform
internal import Store

/// The location of a daemon's files that must survive it and belong to one store.
enum StatePlace {
  /// Next to a SQLite file. For a server, systemd's state directory; without one, that of the installed
  /// service if its control socket is the usual one or it has a journal of this very store; else next to the
  /// control socket.
  static func path(
    _ name: String, of store: StoreLocation, control: String, environment: Environment
  ) -> String {
    switch store {
    case .sqlite(let path): return "\(path)-\(name)"
    case .postgresql:
      // systemd separates several by colons.
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
