package import Domain
internal import Platform
internal import Synchronization

/// The service's time: the machine's while it can be trusted, else continued from the last trusted instant.
///
/// Every reading checks the clock first, so that nothing is ever dated or decided by one that has just
/// jumped. Thread-safe.
package final class TrustedClock: Sendable {
  private struct State {
    var sentinel: ClockGuard
    /// Findings not handled yet.
    var findings: [ClockGuard.Finding] = []
  }

  private let wall: @Sendable () -> Instant
  private let elapsed: @Sendable () -> Duration
  private let state: Mutex<State>

  /// - Parameter known: the latest instant that the store has trusted.
  package init(
    known: Instant? = nil,
    wall: @escaping @Sendable () -> Instant = { Instant(milliseconds: SystemTime.wallMilliseconds()) },
    elapsed: @escaping @Sendable () -> Duration = { SystemTime.sinceBoot() }
  ) {
    self.wall = wall
    self.elapsed = elapsed
    let sentinel = ClockGuard(wall: wall(), elapsed: elapsed(), known: known)
    var first = State(sentinel: sentinel)
    if let doubt = sentinel.doubted { first.findings = [.doubted(by: doubt.difference)] }
    state = Mutex(first)
  }

  package func now() -> Instant {
    state.withLock { state in
      let (wall, elapsed) = (wall(), elapsed())
      let finding = state.sentinel.observe(wall: wall, elapsed: elapsed)
      if finding != .steady { state.findings.append(finding) }
      return state.sentinel.time(wall: wall, elapsed: elapsed)
    }
  }

  /// Whether nothing may be decided or sent by it now.
  package var isDoubted: Bool { doubt != nil }

  /// How far the machine's clock is off, and for how long it stays doubted; `nil` while it is trusted.
  package var doubt: (difference: Duration, left: Duration)? {
    _ = now()
    return state.withLock { state in
      state.sentinel.doubted.map { ($0.difference, state.sentinel.left(elapsed: elapsed())) }
    }
  }

  /// The findings since the last call, in order. For a single caller.
  package func takeFindings() -> [ClockGuard.Finding] {
    _ = now()
    return state.withLock { state in
      defer { state.findings = [] }
      return state.findings
    }
  }
}
