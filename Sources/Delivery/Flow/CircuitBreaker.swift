package import Domain

/// Stops a channel whose provider is down or refuses us, and tries it again with one message at a time.
///
/// Opens after a run of provider faults as long as the window (at least 3), or when half of at least 20 attempts
/// within 30 s failed. A refusal that may be about our settings (sign-in, sender, billing, a wrong URL) first only casts
/// doubt: one message at a time may go then, and the answer to the next decides. If that one is taken, the refused
/// message is at fault and the channel goes on; if it is refused too, the channel is, and opens.
///
/// Open for 30 s, then twice as long each time up to 15 min, ±20 %, or for what the provider asked if that is longer.
/// Then one probe: its success closes the breaker, its failure opens it again.
package struct CircuitBreaker: Equatable, Sendable {
  package enum State: Equatable, Sendable {
    case closed
    /// Our settings were refused once; one message may go, `probing` once it is under way.
    case doubted(probing: Bool)
    /// Nothing is sent before this time.
    case open(until: Duration, Cause)
    /// One message may go; `probing` once it is under way.
    case halfOpen(probing: Bool, Cause)
  }

  package enum Cause: Equatable, Sendable {
    /// The provider is away, or asked for a pause.
    case fault
    /// Our settings are refused.
    case refusal
  }

  /// What an answer changed, for people to be told of.
  package enum Change: Equatable, Sendable {
    case none
    case doubted
    /// It rests, because the provider is away.
    case paused
    /// It rests, because our settings are refused.
    case stopped
    /// It goes on after one of these.
    case closed
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
    if case .open(let until, let cause) = state, time >= until {
      state = .halfOpen(probing: false, cause)
    }
    switch state {
    case .closed: return nil
    case .open: return 0
    case .doubted(let probing), .halfOpen(let probing, _): return probing ? 0 : 1
    }
  }

  /// Whether the next message is a trial, for which one without a failure behind it is best.
  package var isTrying: Bool {
    switch state {
    case .closed, .open: false
    case .doubted, .halfOpen: true
    }
  }

  /// When `allowance` changes by itself; `nil` when only an event can change it.
  package var nextChange: Duration? {
    if case .open(let until, _) = state { until } else { nil }
  }

  /// Must be called for every message that is started.
  package mutating func started() { setProbing(true) }

  /// What a finished attempt says about the provider.
  ///
  /// - Parameters:
  ///   - isAccused: the message failed before, and others passed since: that it is refused again says nothing about the
  ///     channel.
  ///   - window: messages under way at most, the length of a failed cohort.
  ///   - jitter: between -1 and 1.
  package mutating func finished(
    _ outcome: OutcomeClass, isAccused: Bool = false, retryAfter: Duration?, window: Int, jitter: Double,
    at time: Duration
  ) -> Change {
    switch outcome {
    case .configurationFault where isAccused, .released:
      // The probe came back without an answer.
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
      // A straggler; what it was told counts, the pause does not grow otherwise.
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
