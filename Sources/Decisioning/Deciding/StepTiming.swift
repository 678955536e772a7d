package import Domain

/// When a step is due and how long it may go out, in view of what became of the messages of the steps before it.
///
/// The file says how far apart steps are. A message that went out late takes those after it along: a step is never handed
/// over sooner after the one handed over before it than their `after`s differ, and its expiry moves as far as its due
/// time, but not past a date that the trigger is about.
package struct StepTiming: Equatable, Sendable {
  package let step: StepID
  /// By the file alone.
  package let ownDueAt: Instant
  /// While `isHeld`, when to look again.
  package let dueAt: Instant
  package let expiresAt: Instant
  /// Whether a message of an earlier step is still in the outbox, so that nobody knows yet when this one is due.
  package let isHeld: Bool
  /// The step whose message moves this one, if one does, and how far they keep apart.
  package let follows: Following?

  package struct Following: Equatable, Sendable {
    package let step: StepID
    package let distance: Duration
  }

  /// What is due so soon is decided already and waits in the outbox: nearly every message is handed over a moment after
  /// it was decided, and to look twice at the step after each would double the work.
  static let outboxWait: Duration = .minutes(1)

  init(
    _ step: Step, of enrollment: Enrollment, _ trigger: Trigger, after messages: [StepMessage], now: Instant
  ) {
    let own = enrollment.firesAt + step.after
    let expiry = trigger.expiry(of: step, dueAt: own)
    var due = own
    var looksAgainAt: Instant?
    var follows: Following?
    for message in messages {
      guard let earlier = trigger.steps.first(where: { $0.id == message.step }), earlier.after < step.after
      else {
        continue
      }
      let distance = step.after - earlier.after
      switch message.progress {
      case .handedOver(let at):
        guard at + distance > due else { continue }
        due = at + distance
        if looksAgainAt == nil { follows = Following(step: earlier.id, distance: distance) }
      case .underWay(let from, let until):
        // Also when this step would expire, or that one has: should the message be given up, this one goes.
        let moments = [max(now, from) + distance, until + .minutes(1), expiry].filter { $0 > now }
        let next = max(moments.min() ?? now, now + min(max(distance, .seconds(1)), .minutes(1)))
        looksAgainAt = max(looksAgainAt ?? next, next)
        follows = Following(step: earlier.id, distance: distance)
      }
    }
    self.step = step.id
    ownDueAt = own
    isHeld = looksAgainAt != nil
    dueAt = max(due, looksAgainAt ?? due)
    let moved = expiry + (dueAt - own)
    if dueAt > own, let date = trigger.when.lastMoment(firedAt: enrollment.firesAt), own <= date {
      expiresAt = min(moved, date)
    } else {
      expiresAt = moved
    }
    self.follows = dueAt > own ? follows : nil
  }

  /// Whether it can be decided now. What would be due too late is, at once.
  func isDue(at now: Instant) -> Bool {
    !isHeld && ownDueAt <= now && (dueAt <= now + Self.outboxWait || isTooLate)
  }

  /// Whether it would have to go out sooner than it may.
  var isTooLate: Bool { dueAt > expiresAt }
}

extension Decider {
  /// Whether a message that was decided has to wait once more before the wire, because one of an earlier step went out
  /// late or is still to go: after an operator had it sent again, or an older program had decided both.
  ///
  /// - Parameter facts: of the message's enrollment, as it stands now, with the messages of its steps.
  /// - Returns: its timing as it is now; `nil` when it may go.
  package static func distance(step: StepID, facts: Facts, program: Program, now: Instant) -> StepTiming? {
    guard let trigger = program.triggers[facts.enrollment.trigger],
      trigger.keepsDistance(step), let step = trigger.steps.first(where: { $0.id == step })
    else { return nil }
    let timing = StepTiming(step, of: facts.enrollment, trigger, after: facts.messages, now: now)
    return timing.follows != nil && timing.dueAt > now ? timing : nil
  }
}

extension Trigger {
  /// Whether a decided message of this step is asked about its distance from others: not that of the first step of the
  /// file, which goes before all others.
  package func keepsDistance(_ step: StepID) -> Bool { steps.first?.id != step }

  /// The timing of the enrollment's next step; `nil` when every step was decided.
  package func timing(
    of enrollment: Enrollment, after messages: [StepMessage], now: Instant
  ) -> StepTiming? {
    nextStep(of: enrollment).map { StepTiming($0.step, of: enrollment, self, after: messages, now: now) }
  }
}
