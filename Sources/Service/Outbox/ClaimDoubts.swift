internal import Domain
internal import Synchronization

/// Claims that may or may not have been committed, or were abandoned: the connection was lost, or a step
/// after the claim failed. Their messages would stay leased until the lease lapses. Thread-safe.
final class ClaimDoubts: Sendable {
  private let tokens = Mutex<[ClaimToken]>([])

  var all: [ClaimToken] { tokens.withLock { $0 } }

  func add(_ doubtful: [ClaimToken]) {
    if !doubtful.isEmpty { tokens.withLock { $0 += doubtful } }
  }

  /// These have been checked.
  func remove(_ settled: [ClaimToken]) {
    let settled = Set(settled)
    tokens.withLock { $0.removeAll { settled.contains($0) } }
  }
}

/// The tokens given out by one claim, in case its outcome is unknown. Thread-safe.
final class ClaimTokens: Sendable {
  private let tokens = Mutex<[ClaimToken]>([])

  var all: [ClaimToken] { tokens.withLock { $0 } }

  func make(_ make: () -> ClaimToken) -> ClaimToken {
    let token = make()
    tokens.withLock { $0.append(token) }
    return token
  }
}
