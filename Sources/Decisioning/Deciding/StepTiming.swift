package import Domain

/// When a step is due and when it expires, given the state of the messages of earlier steps.
///
/// The configuration says how far apart steps are, and a late message delays those after it: a step is never handed
/// over sooner after the previous handoff than the difference of their `after`s. Its expiry moves as far as its due
/// time, but not past the date that the trigger is about.
package struct StepTiming: Equatable, Sendable {
  package let step: StepID
  /// By the configuration alone.
  package let ownDueAt: Instant
  /// If `isHeld`, when to check again.
  package let dueAt: Instant
  package let expiresAt: Instant
  /// Whether a message of an earlier step is still in the outbox, so that this step's due time is unknown.
  package let isHeld: Bool
  /// The step whose message delays this one, if any, and the distance between them.
  package let follows: Following?

  package struct Following: Equatable, Sendable {
    package let step: StepID
    package let distance: Duration
  }

  /// A step due within this time is already decided and waits in the outbox: nearly every message is handed over a
  /// moment after its decision, and checking the next step twice would double the work.
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
        // Includes the expiry of this step and of the earlier message: if that message is given up, this step goes.
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

  /// Whether it can be decided now. A step that would be due too late can be decided at once.
  func isDue(at now: Instant) -> Bool {
    !isHeld && ownDueAt <= now && (dueAt <= now + Self.outboxWait || isTooLate)
  }

  /// Whether it falls due after its expiry.
  var isTooLate: Bool { dueAt > expiresAt }
}

extension Decider {
  /// Whether a decided message must wait again before being sent, because a message of an earlier step was late or has
  /// yet to go: after an operator's retry, or if an older program decided both.
  ///
  /// - Parameter facts: the current facts of the enrollment, with the messages of its steps.
  /// - Returns: its current timing; `nil` if it may go.
  package static func distance(step: StepID, facts: Facts, program: Program, now: Instant) -> StepTiming? {
    guard let trigger = program.triggers[facts.enrollment.trigger],
      trigger.keepsDistance(step), let step = trigger.steps.first(where: { $0.id == step })
    else { return nil }
    let timing = StepTiming(step, of: facts.enrollment, trigger, after: facts.messages, now: now)
    return timing.follows != nil && timing.dueAt > now ? timing : nil
  }
}

extension Trigger {
  /// Whether a decided message of this step is checked for its distance from others. The first step is not, since it
  /// comes before all others.
  package func keepsDistance(_ step: StepID) -> Bool { steps.first?.id != step }

  /// The timing of the enrollment's next step; `nil` if every step was decided.
  package func timing(
    of enrollment: Enrollment, after messages: [StepMessage], now: Instant
  ) -> StepTiming? {
    nextStep(of: enrollment).map { StepTiming($0.step, of: enrollment, self, after: messages, now: now) }
  }
}
