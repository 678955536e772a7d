package import Platform

extension StoreError {
  /// Whether the same opening may work later without anybody changing this program's settings: the server is away or
  /// starting, the disk is full.
  package var mayMend: Bool {
    if case .database(let error) = self { error.mayMend } else { false }
  }
}

extension SQLError {
  /// The same of a statement on the way.
  package var mayMend: Bool { kind == .connectionLost || kind == .full }
}
