import Domain

extension GateRule {
  /// Holds while an operator has paused the trigger: the question is put off and asked again every quarter of
  /// an hour, so that resuming goes on where it stopped. (`resume` may plan again with `asksAgain` and spare
  /// the wait.) A step whose time runs out under the pause is skipped as `expired`: a long pause never ends
  /// in a burst.
  static let triggerPaused = GateRule(.triggerPaused) { question in
    guard question.facts.paused else { return .pass() }
    guard question.now <= question.expiresAt else {
      return .skip(.expired, ["expires_at": .instant(question.expiresAt)])
    }
    let until = question.now + Decider.pauseInterval
    return .hold(.defer(until: until, .triggerPaused), ["until": .instant(until)])
  }
}

extension Decider {
  /// How long what waits for a paused trigger waits before it is looked at again; `resume` does not wait for it.
  package static let pauseInterval: Duration = .minutes(15)
}

extension WireRule {
  /// The same of a message, until its trigger is removed: the pause outlives that, but what it would hold will not go any
  /// more, and `exit_condition` says so.
  static let triggerPaused = WireRule(.triggerPaused) { question in
    guard question.isPaused, !question.isRemoved else { return .pass() }
    let until = question.now + Decider.pauseInterval
    return question.wait(until: until, .triggerPaused, ["until": .instant(until)])
  }
}
