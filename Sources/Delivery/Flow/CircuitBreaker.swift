package import Domain

/// Stops a channel whose provider is down or refuses us, and probes it with one message at a time.
///
/// Opens after consecutive provider faults as long as the window (at least 3), or if half of at least 20
/// attempts within 30 s failed. A refusal that may concern our settings (login, sender, billing, a wrong URL)
/// first only casts doubt: one message at a time may go, and the next result decides. If that message is
/// accepted, the refused message was at fault and the channel continues; if it is refused too, the channel is
/// at fault and the breaker opens.
///
/// Stays open for 30 s, doubling each time up to 15 min, ±20 %, or for as long as the provider asks if that
/// is longer. Then one probe: its success closes the breaker, its failure opens it again.
package struct CircuitBreaker: Equatable, Sendable {
  package enum State: Equatable, Sendable {
    case closed
    /// One refusal may concern our settings; one message may go, and `probing` is true while it is in flight.
    case doubted(probing: Bool)
    /// Nothing is sent before this time.
    case open(until: Duration, Cause)
    /// One message may go; `probing` is true while it is in flight.
    case halfOpen(probing: Bool, Cause)
  }

  package enum Cause: Equatable, Sendable {
    /// The provider is down or asked for a pause.
    case fault
    /// The provider refuses our settings.
    case refusal
  }

  /// A state change to report to people.
  package enum Change: Equatable, Sendable {
    case none
    case doubted
    /// Opened because the provider is down.
    case paused
    /// Opened because our settings are refused.
    case stopped
    /// Closed after one of these.
    case closed
  }

  package private(set) var state: State = .closed
  /// How many times the breaker has opened since the last success.
  private var openings = 0
  private var failureRun = 0
  private var periodStart: Duration = .zero
  private var periodAttempts = 0
  private var periodFailures = 0

  package static let period: Duration = .seconds(30)
  package static let firstPause: Duration = .seconds(30)
  package static let longestPause: Duration = .seconds(900)

  package init() {}

  /// How many messages may start now; `nil` for no limit by the breaker.
  package mutating func allowance(at time: Duration) -> Int? {
    if case .open(let until, let cause) = state, time >= until {
      state = .halfOpen(probing: false, cause)
    }
    switch state {
    case .closed: return nil
    case .open: return 0
    case .doubted(let probing), .halfOpen(let probing, _): return probing ? 0 : 1
    }
  }

  /// Whether the next message is a probe, preferably one that has not failed before.
  package var isTrying: Bool {
    switch state {
    case .closed, .open: false
    case .doubted, .halfOpen: true
    }
  }

  /// When `allowance` next changes by itself; `nil` if only an event can change it.
  package var nextChange: Duration? {
    if case .open(let until, _) = state { until } else { nil }
  }

  /// Must be called for every message that starts.
  package mutating func started() { setProbing(true) }

  /// Takes the result of an attempt.
  ///
  /// - Parameters:
  ///   - isAccused: whether the message failed before while later ones were accepted: another refusal of it
  ///     says nothing about the channel.
  ///   - window: maximum messages in flight, the size of a failed cohort.
  ///   - jitter: between -1 and 1.
  package mutating func finished(
    _ outcome: OutcomeClass, isAccused: Bool = false, retryAfter: Duration?, window: Int, jitter: Double,
    at time: Duration
  ) -> Change {
    switch outcome {
    case .configurationFault where isAccused, .released:
      // The probe ended without an answer.
      setProbing(false)
      return .none
    case .configurationFault:
      return refused(jitter: jitter, at: time)
    case .accepted, .temporary, .permanent, .badAddress:
      // A definite answer about a message: the provider works.
      count(failure: false, at: time)
      return isTrying ? close() : .none
    case .providerFault, .throttled, .ambiguous:
      count(failure: true, at: time)
      return failed(retryAfter: retryAfter, window: window, jitter: jitter, at: time)
    }
  }

  private mutating func refused(jitter: Double, at time: Duration) -> Change {
    switch state {
    case .closed:
      state = .doubted(probing: false)
      return .doubted
    case .doubted, .halfOpen(_, .fault):
      open(.refusal, retryAfter: nil, jitter: jitter, at: time)
      return .stopped
    case .halfOpen(_, .refusal):
      open(.refusal, retryAfter: nil, jitter: jitter, at: time)
      return .none
    case .open: return .none
    }
  }

  private mutating func failed(
    retryAfter: Duration?, window: Int, jitter: Double, at time: Duration
  ) -> Change {
    switch state {
    case .closed, .doubted:
      let cohortFailed = failureRun >= max(window, 3)
      let halfFailed = periodAttempts >= 20 && periodFailures * 2 >= periodAttempts
      guard cohortFailed || halfFailed else {
        setProbing(false)
        return .none
      }
      open(.fault, retryAfter: retryAfter, jitter: jitter, at: time)
      return .paused
    case .halfOpen(_, let cause):
      open(cause, retryAfter: retryAfter, jitter: jitter, at: time)
      return cause == .fault ? .paused : .none
    case .open(let until, let cause):
      // A straggler: a pause requested by the provider still counts, but the breaker's own does not grow.
      if let retryAfter, time + retryAfter > until { state = .open(until: time + retryAfter, cause) }
      return .none
    }
  }

  private mutating func setProbing(_ probing: Bool) {
    switch state {
    case .doubted: state = .doubted(probing: probing)
    case .halfOpen(_, let cause): state = .halfOpen(probing: probing, cause)
    case .closed, .open: break
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

  private mutating func open(_ cause: Cause, retryAfter: Duration?, jitter: Double, at time: Duration) {
    let doubled = Self.firstPause * (1 << min(openings, 10))
    let pause = min(doubled, Self.longestPause) * (1 + 0.2 * jitter)
    state = .open(until: time + max(pause, retryAfter ?? .zero), cause)
    openings += 1
    failureRun = 0
    periodAttempts = 0
    periodFailures = 0
  }

  private mutating func close() -> Change {
    state = .closed
    openings = 0
    failureRun = 0
    periodAttempts = 0
    periodFailures = 0
    return .closed
  }
}
