package import Domain

/// Stops a channel whose provider is down, and tries it again with one message at a time.
///
/// Opens after a run of provider faults as long as the window (at least 3), or when half of at least 20 attempts
/// within 30 s failed. Open for 30 s, then twice as long each time up to 15 min, ±20 %, or for what the provider
/// asked if that is longer. Then one probe: its success closes the breaker, its failure opens it again. Refused
/// settings (sign-in, sender, billing) stop the channel for good: a reload makes a new one.
package struct CircuitBreaker: Equatable, Sendable {
  package enum State: Equatable, Sendable {
    case closed
    /// Nothing is sent before this time.
    case open(until: Duration)
    /// One message may go; `probing` once it is under way.
    case halfOpen(probing: Bool)
    /// Our settings were refused.
    case stopped
  }

  package private(set) var state: State = .closed
  /// How often the breaker opened without a success in between.
  private var openings = 0
  private var failureRun = 0
  private var periodStart: Duration = .zero
  private var periodAttempts = 0
  private var periodFailures = 0

  package static let period: Duration = .seconds(30)
  package static let firstPause: Duration = .seconds(30)
  package static let longestPause: Duration = .seconds(900)

  package init() {}

  /// How many messages may be started now: `nil` means no limit of the breaker's own.
  package mutating func allowance(at time: Duration) -> Int? {
    if case .open(let until) = state, time >= until { state = .halfOpen(probing: false) }
    switch state {
    case .closed: return nil
    case .open, .stopped: return 0
    case .halfOpen(let probing): return probing ? 0 : 1
    }
  }

  /// When `allowance` changes by itself; `nil` when only an event can change it.
  package var nextChange: Duration? {
    if case .open(let until) = state { until } else { nil }
  }

  /// Must be called for every message that is started.
  package mutating func started() {
    if case .halfOpen = state { state = .halfOpen(probing: true) }
  }

  /// What a finished attempt says about the provider.
  ///
  /// - Parameters:
  ///   - window: messages under way at most, the length of a failed cohort.
  ///   - jitter: between -1 and 1.
  /// - Returns: whether this opened the breaker or stopped the channel.
  package mutating func finished(
    _ outcome: OutcomeClass, retryAfter: Duration?, window: Int, jitter: Double, at time: Duration
  ) -> Bool {
    switch outcome {
    case .configurationFault:
      let changed = state != .stopped
      state = .stopped
      return changed
    case .released:
      // The probe came back untried.
      if state == .halfOpen(probing: true) { state = .halfOpen(probing: false) }
      return false
    case .accepted, .temporary, .permanent, .badAddress:
      // A definite answer about a message: the provider works.
      count(failure: false, at: time)
      if case .halfOpen = state { close() }
      return false
    case .providerFault, .throttled, .ambiguous:
      count(failure: true, at: time)
      switch state {
      case .closed:
        let cohortFailed = failureRun >= max(window, 3)
        let halfFailed = periodAttempts >= 20 && periodFailures * 2 >= periodAttempts
        guard cohortFailed || halfFailed else { return false }
        open(retryAfter: retryAfter, jitter: jitter, at: time)
        return true
      case .halfOpen:
        open(retryAfter: retryAfter, jitter: jitter, at: time)
        return true
      case .open(let until):
        // A straggler; what it was told counts, the pause does not grow otherwise.
        if let retryAfter, time + retryAfter > until { state = .open(until: time + retryAfter) }
        return false
      case .stopped: return false
      }
    }
  }

  private mutating func count(failure: Bool, at time: Duration) {
    if time - periodStart >= Self.period {
      periodStart = time
      periodAttempts = 0
      periodFailures = 0
    }
    periodAttempts += 1
    if failure {
      periodFailures += 1
      failureRun += 1
    } else {
      failureRun = 0
    }
  }

  private mutating func open(retryAfter: Duration?, jitter: Double, at time: Duration) {
    let doubled = Self.firstPause * (1 << min(openings, 10))
    let pause = min(doubled, Self.longestPause) * (1 + 0.2 * jitter)
    state = .open(until: time + max(pause, retryAfter ?? .zero))
    openings += 1
    failureRun = 0
    periodAttempts = 0
    periodFailures = 0
  }

  private mutating func close() {
    state = .closed
    openings = 0
    failureRun = 0
    periodAttempts = 0
    periodFailures = 0
  }
}
