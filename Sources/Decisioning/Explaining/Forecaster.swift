import Domain

/// Runs all of a customer's enrollments forward with the current facts, together, so that the messages of one
/// trigger count against the caps of another, as they will when due.
enum Forecaster {
  /// By enrollment key, active ones only.
  static func forecasts(
    _ facts: ExplanationFacts, _ program: Program, _ now: Instant
  ) -> [Int64: [Forecast]] {
    var runs = facts.state.enrollments.filter { $0.state == .active }.map { Run($0, facts, program, now) }
    var sent = facts.capEntries
    while let next = runs.indices.filter({ !runs[$0].isOver }).min(by: { runs[$0].order < runs[$1].order }) {
      if let entry = runs[next].step(program, capEntries: sent) { sent.append(entry) }
    }
    return Dictionary(runs.map { ($0.facts.enrollment.key, $0.forecasts) }) { $1 }
  }
}

/// One enrollment being run.
private struct Run {
  var facts: Facts
  var time: Instant
  var forecasts: [Forecast] = []
  var isOver = false
  private let priority: Int
  /// Each step once, perhaps again after quiet hours; the bound guards against a circular deferral.
  private var stepsLeft = 64

  init(_ enrollment: Enrollment, _ facts: ExplanationFacts, _ program: Program, _ now: Instant) {
    self.facts = Facts(
      enrollment: enrollment, state: facts.state, catalog: facts.catalog,
      paused: facts.paused.contains(enrollment.trigger), suppressed: facts.suppressed,
      eventsSince: facts.eventsSince,
      messages: (facts.messages[enrollment.key] ?? []).map { $0.handedOver(from: now) })
    time = max(now, enrollment.nextDueAt ?? now)
    // A step waiting for an address is not checked before it expires; report what it waits for.
    if time > now, let dueAt = program.triggers[enrollment.trigger]?.nextStep(of: enrollment)?.dueAt,
      dueAt <= now,
      Decider.decide(facts: self.facts, program: program, now: now)?.verdict.waitsForAddress == true
    {
      time = now
    }
    priority = program.triggers[enrollment.trigger]?.priority ?? .max
  }

  /// The scheduler's order.
  var order: (Instant, Int, Instant) { (time, priority, facts.enrollment.nextDueAt ?? time) }

  /// Decides once. - Returns: what then counts against caps.
  mutating func step(_ program: Program, capEntries: [CapEntry]) -> CapEntry? {
    facts.capEntries = capEntries
    let timing = program.triggers[facts.enrollment.trigger]?.timing(
      of: facts.enrollment, after: facts.messages, now: time)
    let settlement = Decider.settle(facts: facts, program: program, now: time)
    facts.enrollment = settlement.enrollment
    stepsLeft -= 1
    let at = time
    time = max(time, facts.enrollment.nextDueAt ?? time)
    isOver = facts.enrollment.state != .active || stepsLeft == 0
    guard let step = settlement.step, let decision = settlement.decision else { return nil }
    var forecast = Forecast(
      step: step, at: at, follows: timing?.follows, verdict: decision.verdict.kind,
      heldBy: decision.trace.last { !$0.passed })
    var entry: CapEntry?
    switch decision.verdict {
    case .defer(_, .triggerPaused): isOver = true
    // It only waits until the next step can go.
    case .defer(let until, .noAddress): isOver = timing.map { until > $0.expiresAt } ?? true
    case .defer: return nil
    case .send(let channel, let content):
      forecast.channel = channel
      facts.messages.append(StepMessage(step: step, progress: .handedOver(at: max(at, timing?.dueAt ?? at))))
      forecast.heldBy = nil
      if content.purpose == .marketing { entry = CapEntry(channel: channel, at: at) }
    case .skip, .withhold: break
    }
    let channels = decision.trace.filter { $0.channel != nil && !$0.passed }
    if forecast.heldBy != nil, channels.count > 1 { forecast.channels = channels }
    forecasts.append(forecast)
    return entry
  }
}

extension Verdict {
  fileprivate var waitsForAddress: Bool { if case .defer(_, .noAddress) = self { true } else { false } }
}

extension StepMessage {
  /// The message after being handed over, as early as possible.
  fileprivate func handedOver(from now: Instant) -> StepMessage {
    guard case .underWay(let from, _) = progress else { return self }
    return StepMessage(step: step, progress: .handedOver(at: max(now, from)))
  }
}
