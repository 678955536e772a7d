package import Platform

extension StoreError {
  /// Whether opening may succeed later without a change of settings: the server is down or starting, or the disk is
  /// full.
  package var mayMend: Bool {
    if case .database(let error) = self { error.mayMend } else { false }
  }
}

extension SQLError {
  /// Likewise for a statement.
  package var mayMend: Bool { kind == .connectionLost || kind == .full }
}
