internal import Platform
internal import Synchronization

/// The transfer engine of sources. Separate from the one for mail, which must not wait for disk writes. Created when a
/// source first needs it.
final class SourceTransfers: Sendable {
  private let engine = Mutex<TransferEngine?>(nil)

  func made() throws -> TransferEngine {
    try engine.withLock { engine in
      if let engine { return engine }
      let new = try TransferEngine()
      engine = new
      return new
    }
  }

  /// Aborts transfers and closes all connections. Must be awaited before the process exits, since the libraries' exit
  /// handlers release what closing a connection needs.
  func stop() async { await engine.withLock { $0 }?.stop(within: .zero) }
}

/// Why a source, or one of its files, could not be read.
struct SourceTrouble: Error, CustomStringConvertible {
  enum Scope: Sendable {
    case place
    /// Only one file; the others of the folder may be readable.
    case file
    /// One file, or the place if it happens again at once.
    case fileOrPlace
  }

  let description: String
  var scope = Scope.place
}
