internal import Domain
internal import Synchronization

/// Claims of which nobody knows whether they were committed, or that nobody goes on with: the connection was cut in the
/// middle, or what follows the claim failed. Their messages would stay leased until that lapses. Thread-safe.
final class ClaimDoubts: Sendable {
  private let tokens = Mutex<[ClaimToken]>([])

  var all: [ClaimToken] { tokens.withLock { $0 } }

  func add(_ doubtful: [ClaimToken]) {
    if !doubtful.isEmpty { tokens.withLock { $0 += doubtful } }
  }

  /// Those have been asked about.
  func remove(_ settled: [ClaimToken]) {
    let settled = Set(settled)
    tokens.withLock { $0.removeAll { settled.contains($0) } }
  }
}

/// The tokens that one claim gives out, for the case that it is not known to have worked. Thread-safe.
final class ClaimTokens: Sendable {
  private let tokens = Mutex<[ClaimToken]>([])

  var all: [ClaimToken] { tokens.withLock { $0 } }

  func make(_ make: () -> ClaimToken) -> ClaimToken {
    let token = make()
    tokens.withLock { $0.append(token) }
    return token
  }
}
