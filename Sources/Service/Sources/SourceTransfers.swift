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

/// Why a source could not be fetched.
struct SourceTrouble: Error, CustomStringConvertible {
  let description: String
}
