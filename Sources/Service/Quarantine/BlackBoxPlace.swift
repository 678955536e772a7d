internal import Platform
internal import Store

/// Where the black box of a daemon is kept: it has to outlive the process, and to be this store's alone.
enum BlackBoxPlace {
  /// Beside a SQLite file. For a server in the state directory that systemd gives, else beside the control socket.
  static func path(of store: StoreLocation, control: String, environment: Environment) -> String {
    switch store {
    case .sqlite(let path): return path + "-work"
    case .postgresql:
      // systemd separates several with colons.
      let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
      let name = "reprise-\(BlackBox.digest(Array(store.description.utf8))).work"
      return FilePath.join(given ?? FilePath.directory(of: control), name)
    }
  }
}
