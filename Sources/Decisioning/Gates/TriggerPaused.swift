import Domain

extension GateRule {
  /// Holds while the trigger is paused: the step is deferred and decided again every quarter of an hour, so
  /// that resuming continues where it stopped. (`resume` may plan with `asksAgain` to skip the wait.) A step
  /// that expires during the pause is skipped as `expired`: a long pause never ends in a burst.
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
  /// How long messages of a paused trigger wait before they are checked again; `resume` does not wait for it.
  package static let pauseInterval: Duration = .minutes(15)
}

extension WireRule {
  /// The same for a message, as long as its trigger exists: the pause outlives a removed trigger, but `exit_condition`
  /// then holds its messages for good.
  static let triggerPaused = WireRule(.triggerPaused) { question in
    guard question.isPaused, !question.isRemoved else { return .pass() }
    let until = question.now + Decider.pauseInterval
    return question.wait(until: until, .triggerPaused, ["until": .instant(until)])
  }
}
