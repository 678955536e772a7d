import Domain
import Platform
import Synchronization

/// Drives one channel: claims its messages, keeps the adapter busy within the limits, and settles every
/// attempt.
///
/// A stream rather than batches: as soon as one message is done the next starts, and handoffs and results of
/// many messages share commits. Thread-safe; `run` is called once.
final class Lane: Sendable {
  /// A message in flight.
  private struct Flight {
    var message: ClaimedMessage
    var begunAt: Instant
    var handoffAt: Instant?
    /// Whether somebody else has the claim, so that the result is not ours to record.
    var isLost = false
  }

  /// Longer than the longest attempt: 600 s for the dot's reply, the time before it, and a margin.
  static let lease: Duration = .minutes(20)

  let channel: Channel
  private let services: DeliveryServices
  private let state: Mutex<LaneState>
  /// By claim rather than by message: a message whose claim was released may be in flight again before its
  /// first attempt has noticed.
  private let flights = Mutex<[HandoffClaim: Flight]>([:])
  private let news = WakeUp()
  private let progress: Mutex<Duration>
  private let ended = Mutex(false)
  private let claimFailures = FailureSpell()

  init(_ channel: Channel, _ services: DeliveryServices) {
    self.channel = channel
    self.services = services
    state = Mutex(LaneState(channel.flow))
    progress = Mutex(services.clock.uptime())
  }

  /// When the loop last turned; at most 15 s ago in a healthy lane.
  var lastProgress: Duration { progress.withLock { $0 } }
  var hasEnded: Bool { ended.withLock { $0 } }

  func wake() {
    state.withLock { $0.wake() }
    news.wake()
  }

  /// The store stalled or recovered.
  func storeChanged() { news.wake() }

  /// Starts nothing new; `run` returns when the last message in flight has ended.
  func drain() {
    state.withLock { $0.drain() }
    news.wake()
  }

  func run() async {
    let clock = services.clock
    await withDiscardingTaskGroup { group in
      while true {
        let time = clock.uptime()
        progress.withLock { $0 = time }
        let isStalled = services.outcomes.isStalled
        let (step, view) = state.withLock { state in
          state.isStoreStalled = isStalled
          let step = state.step(now: clock.now(), at: time)
          return (step, LaneView(state))
        }
        services.metrics.show(view, channel: channel.name)
        giveBack(step.release, as: .released)
        giveBack(step.expire, as: .released)
        for message in step.start { begin(message, in: &group) }
        if step.claim > 0 { group.addTask { await self.claim(step.claim, isTrial: step.claimsTrial) } }
        if step.fellSilent { tellSilent() }
        if step.isDone { break }
        await news.sleep(atMost: step.wakeAt.map { $0 - clock.uptime() }, by: clock.sleep)
      }
    }
    await channel.adapter.close()
    ended.withLock { $0 = true }
    services.laneEnded()
  }

  /// Settles everything in flight by what is known: before the gate nothing was sent, after it the result is unknown.
  /// Later reports by the adapter are ignored.
  func cut() {
    let remaining = flights.withLock { flights in
      defer { flights = [:] }
      return Array(flights.values)
    }
    let report = DeliveryReport(
      .ambiguous, code: "no_answer", detail: "stopped while waiting for the provider's answer")
    for flight in remaining where !flight.isLost {
      settle(flight, flight.handoffAt == nil ? .released : report)
    }
    services.outbox.dropped(remaining.filter(\.isLost).map(\.message.claim))
  }

  // MARK: Claiming

  private func claim(_ limit: Int, isTrial: Bool) async {
    let clock = services.clock
    do {
      let messages = try await services.outbox.claim(
        channel: channel.name, limit: limit, isTrial: isTrial, lease: Self.lease, now: clock.now())
      let nextDue = messages.count < limit ? await nextDue() : nil
      state.withLock { $0.finishClaim(messages, asked: limit, nextDue: nextDue, at: clock.uptime()) }
      if let (failures, lasted) = claimFailures.worked(at: clock.uptime()) {
        services.logger.notice(
          "claim_works_again", ["channel": channel.name.rawValue, "failures": failures, "for": lasted])
      }
    } catch {
      if claimFailures.failed(at: clock.uptime()) {
        services.logger.error(
          "claim_failed",
          [
            "channel": channel.name.rawValue, "error": ErrorText.text(error),
            "advice": "it is tried again every second",
          ])
      }
      state.withLock { $0.failClaim(at: clock.uptime()) }
    }
    news.wake()
  }

  /// Relative to now. If it cannot be read, it is soon read again, so that claimed messages do not wait for it.
  private func nextDue() async -> Duration? {
    do {
      return try await services.outbox.nextDue(channel: channel.name).map { $0 - services.clock.now() }
    } catch {
      return .zero
    }
  }

  private func giveBack(_ messages: [ClaimedMessage], as outcome: OutcomeClass) {
    guard !messages.isEmpty else { return }
    let now = services.clock.now()
    services.outcomes.append(
      messages.map {
        channel.retry.result(
          of: $0, DeliveryReport(outcome), begunAt: now, handoffAt: nil, endedAt: now, jitter: 0)
      })
  }

  // MARK: One attempt

  private func begin(_ message: ClaimedMessage, in group: inout DiscardingTaskGroup) {
    let now = services.clock.now()
    flights.withLock { $0[message.claim] = Flight(message: message, begunAt: now) }
    group.addTask {
      CrashPoint.pass("deliver", message.content.to)
      let report = await self.channel.adapter.deliver(
        message, at: now, through: HandoffGate { await self.openGate(message) })
      if let flight = self.flights.withLock({ $0.removeValue(forKey: message.claim) }) {
        self.finish(flight, report)
      }
    }
  }

  private func openGate(_ message: ClaimedMessage) async -> Bool {
    guard isUnderWay(message) else { return false }
    let answer = await services.handoffs.open(message.claim)
    let now = services.clock.now()
    return flights.withLock { flights in
      // It was cut while the handoff was being recorded: its result is already "released", so nothing may be sent.
      guard flights[message.claim] != nil else { return false }
      switch answer {
      case .granted: flights[message.claim]?.handoffAt = now
      case .lost: flights[message.claim]?.isLost = true
      case .failed: break
      }
      if answer == .granted { services.metrics.observeHandoff(after: now - message.dueAt) }
      return answer == .granted
    }
  }

  private func isUnderWay(_ message: ClaimedMessage) -> Bool {
    flights.withLock { $0[message.claim] != nil }
  }

  private func finish(_ flight: Flight, _ report: DeliveryReport) {
    let outcome: OutcomeClass
    if flight.isLost {
      services.metrics.countStale(1)
      services.logger.notice("claim_lost", log(flight.message))
      services.outbox.dropped([flight.message.claim])
      outcome = .released
    } else {
      outcome = settle(flight, report)
    }
    let clock = services.clock
    let change = state.withLock {
      let change = $0.finish(
        outcome, standing: flight.message.standing, retryAfter: report.retryAfter, jitter: clock.jitter(),
        at: clock.uptime())
      // The message may be queued again, for another check.
      if flight.isLost { $0.wake() }
      return change
    }
    tell(change, report, of: flight.message)
    news.wake()
  }

  @discardableResult
  private func settle(_ flight: Flight, _ report: DeliveryReport) -> OutcomeClass {
    let result = channel.retry.result(
      of: flight.message, report, begunAt: flight.begunAt, handoffAt: flight.handoffAt,
      endedAt: services.clock.now(), jitter: services.clock.jitter())
    services.outcomes.append([result])
    services.metrics.count(result, channel: channel.name)
    services.logger.log(result, of: flight.message)
    return result.outcome
  }

  private func tell(_ change: CircuitBreaker.Change, _ report: DeliveryReport, of message: ClaimedMessage) {
    guard change != .none else { return }
    let logger = services.logger.with(["channel": channel.name.rawValue])
    let answer = logger.with([
      "code": report.code ?? "",
      "detail": Logger.withoutAddress(report.detail ?? "", message.content.to),
    ])
    switch change {
    case .none: break
    case .doubted:
      answer.warning(
        "channel_doubted",
        [
          "message": message.uid,
          "advice": "the answer to another message tells whether the channel is refused or this message",
        ])
    case .paused: answer.warning("channel_paused")
    case .stopped:
      answer.error(
        "channel_stopped",
        [
          "advice":
            "the provider refuses this channel's settings; correct them and reload, it is tried again now and then"
        ])
    case .closed: logger.notice("channel_works_again")
    }
  }

  private func tellSilent() {
    services.logger.warning(
      "channel_silent",
      [
        "channel": channel.name.rawValue, "under_way": state.withLock { $0.underWay },
        "for": LaneState.silence,
        "advice": "the provider takes messages and does not answer; nothing new is given to it until it does",
      ])
  }

  private func log(_ message: ClaimedMessage) -> Logger.Fields {
    ["channel": channel.name.rawValue, "trigger": message.trigger.rawValue, "message": message.uid]
  }
}
