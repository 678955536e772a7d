import Domain

/// The flow rules of one channel as a value, without tasks and clocks.
///
/// Knows what is claimed and in flight, and holds the token bucket, the window and the breaker. `step` returns what to
/// do; the events report what happened. All times are monotonic, except for expiry.
struct LaneState {
  struct Step: Equatable {
    /// To be delivered now.
    var start: [ClaimedMessage] = []
    /// Claimed, but expired by now.
    var expire: [ClaimedMessage] = []
    /// To be released: the channel stopped, the customer's quiet hours have begun, or the last check is too old.
    var release: [ClaimedMessage] = []
    /// How many messages to claim; 0 for none.
    var claim = 0
    /// Whether messages that have not failed before come first: the next one is a trial.
    var claimsTrial = false
    /// Whether the provider has become silent; reported once.
    var fellSilent = false
    /// When to step again without an event.
    var wakeAt: Duration?
    /// Whether it is drained: nothing is claimed or in flight.
    var isDone = false
  }

  /// An idle lane still checks after this time, in case a wake-up was lost.
  static let idlePause: Duration = .seconds(15)
  static let failurePause: Duration = .seconds(1)
  /// Messages claimed longer ago are released and checked again: the customer may have ordered or moved
  /// since.
  static let longestWait: Duration = .seconds(5)
  /// If no message in flight has finished for this long, the provider counts as silent. Until one finishes,
  /// it gets one more message per interval and nothing else.
  static let silence: Duration = .seconds(20)

  private(set) var window: ConcurrencyWindow
  private(set) var breaker = CircuitBreaker()
  private var bucket: TokenBucket?
  private var buffer: [ClaimedMessage] = []
  private var head = 0
  private(set) var underWay = 0
  private var isClaiming = false
  private var wasWoken = false
  /// Nothing is claimed before this time; zero if more messages are likely.
  private var restUntil: Duration = .zero
  private(set) var isDraining = false
  /// How long the token bucket has held messages back.
  private(set) var throttledFor: Duration = .zero
  private var throttledSince: Duration?
  var isStoreStalled = false
  private var answers = AnswerWatch()

  init(_ flow: FlowSettings) {
    window = ConcurrencyWindow(maximum: flow.connections)
    bucket = flow.rate.map { TokenBucket(count: $0.count, per: $0.period) }
  }

  var claimed: Int { buffer.count - head }

  // MARK: Events

  /// New messages may be due.
  mutating func wake() {
    wasWoken = true
    restUntil = .zero
  }

  /// - Parameter nextDue: relative to now; used only if fewer messages came than requested.
  mutating func finishClaim(
    _ messages: [ClaimedMessage], asked: Int, nextDue: Duration?, at time: Duration
  ) {
    isClaiming = false
    if head > 0 {
      buffer.removeFirst(head)
      head = 0
    }
    buffer += messages
    guard messages.count < asked, !wasWoken else { return }
    // What is due but could not be claimed belongs to another claimer; asking again at once would be a busy loop.
    let pause = nextDue.map { $0 <= .zero ? Self.failurePause : $0 } ?? Self.idlePause
    restUntil = time + min(pause, Self.idlePause)
  }

  mutating func failClaim(at time: Duration) {
    isClaiming = false
    restUntil = time + Self.failurePause
  }

  /// - Parameter standing: the message's standing when it was claimed.
  /// - Returns: the change for the channel.
  mutating func finish(
    _ outcome: OutcomeClass, standing: ClaimedMessage.Standing = .clean, retryAfter: Duration?,
    jitter: Double, at time: Duration
  ) -> CircuitBreaker.Change {
    underWay -= 1
    answers.ended(underWay: underWay, at: time)
    let wasClosed = breaker.state == .closed
    let change = breaker.finished(
      outcome, isAccused: standing == .accused, retryAfter: retryAfter, window: window.limit, jitter: jitter,
      at: time)
    switch outcome {
    case .accepted, .temporary, .permanent, .badAddress:
      if wasClosed { window.succeeded() } else if breaker.state == .closed { window.restart() }
    case .throttled, .providerFault, .ambiguous: window.failed()
    case .configurationFault, .released: break
    }
    return change
  }

  mutating func drain() { isDraining = true }

  // MARK: Next step

  mutating func step(now: Instant, at time: Duration) -> Step {
    var step = Step()
    var allowance = self.allowance(at: time)
    step.fellSilent = answers.fellSilent(underWay: underWay, at: time)
    if isDraining || breaker.nextChange != nil {
      step.release = Array(buffer[head...])
      buffer = []
      head = 0
    }
    if isDraining {
      step.isDone = underWay == 0 && !isClaiming
      return step
    }
    if !isStoreStalled { start(&step, allowance: allowance, now: now, at: time) }
    // The trial just started took the only slot.
    allowance = self.allowance(at: time)
    if let amount = claimSize(allowance: allowance, at: time) {
      isClaiming = true
      wasWoken = false
      step.claim = amount
      step.claimsTrial = breaker.isTrying
    }
    if answers.isSilent(at: time) { step.wakeAt = earlier(step.wakeAt, time + Self.idlePause) }
    if let change = answers.nextChange(at: time) { step.wakeAt = earlier(step.wakeAt, change) }
    if let change = breaker.nextChange { step.wakeAt = earlier(step.wakeAt, change) }
    if restUntil > time, allowance != 0, !isStoreStalled { step.wakeAt = earlier(step.wakeAt, restUntil) }
    if allowance == 0 || isStoreStalled { step.wakeAt = earlier(step.wakeAt, time + Self.idlePause) }
    return step
  }

  /// The breaker's allowance, but at most one trial while the provider is silent.
  private mutating func allowance(at time: Duration) -> Int? {
    let allowance = breaker.allowance(at: time)
    guard answers.isSilent(at: time) else { return allowance }
    return answers.allowsTrial(at: time) && underWay < window.limit ? min(allowance ?? 1, 1) : 0
  }

  private mutating func start(_ step: inout Step, allowance: Int?, now: Instant, at time: Duration) {
    var room = min(window.limit - underWay, allowance ?? .max)
    var waitsForToken = false
    if breaker.isTrying, let clean = buffer[head...].firstIndex(where: { $0.standing == .clean }) {
      buffer.swapAt(head, clean)
    }
    while head < buffer.count {
      guard buffer[head].expiresAt > now else {
        step.expire.append(buffer[head])
        head += 1
        continue
      }
      let isStale = buffer[head].claimedAt.map { now - $0 > Self.longestWait } ?? false
      if isStale || buffer[head].closesAt.map({ $0 <= now }) ?? false {
        step.release.append(buffer[head])
        head += 1
        continue
      }
      guard room > 0 else { break }
      if bucket != nil, bucket?.take(at: time) == false {
        waitsForToken = true
        step.wakeAt = earlier(step.wakeAt, bucket?.nextToken(after: time) ?? time)
        break
      }
      step.start.append(buffer[head])
      head += 1
      underWay += 1
      answers.began(at: time)
      room -= 1
      breaker.started()
    }
    if let since = throttledSince { throttledFor += time - since }
    throttledSince = waitsForToken ? time : nil
  }

  /// Buffers at most two windows, and no more than the rate allows within a second: claimed messages should
  /// leave soon, since the customer's wishes were checked at the claim.
  private func claimSize(allowance: Int?, at time: Duration) -> Int? {
    guard !isClaiming, !isStoreStalled, restUntil <= time, allowance != 0, claimed < window.limit else {
      return nil
    }
    var wanted = window.limit * 2 - claimed
    if let bucket, bucket.interval > .zero {
      let soon = Int(min(Duration.seconds(1) / bucket.interval, 1e9))
      wanted = min(wanted, max(1, max(soon, bucket.available(at: time))) - claimed)
    }
    if let allowance { wanted = min(wanted, allowance - claimed) }
    return wanted > 0 ? wanted : nil
  }

  private func earlier(_ a: Duration?, _ b: Duration) -> Duration { a.map { min($0, b) } ?? b }
}
