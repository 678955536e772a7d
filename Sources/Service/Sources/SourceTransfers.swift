internal import Platform
internal import Synchronization

/// The engine by which sources are fetched: their own, as it writes to the disk, which mail must not wait for. Made when
/// the first source needs it.
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

  /// Ends what is under way and closes all connections. To be awaited before the process ends: the libraries take down
  /// at its exit what a connection needs to be closed.
  func stop() async { await engine.withLock { $0 }?.stop(within: .zero) }
}

/// Why a source cannot be fetched.
struct SourceTrouble: Error, CustomStringConvertible {
  let description: String
}
