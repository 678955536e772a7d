import Domain

extension GateRule {
  /// Ends the enrollment when its reason is gone (the cart was ordered or emptied, the order cancelled or
  /// replaced by a newer one), and skips the step when an event of its `unless` has happened since the
  /// trigger fired.
  ///
  /// The event that made the trigger fire lies at the moment of firing and does not count. An
  /// `order_completed` counts as long as the order stands.
  static let exitCondition = GateRule(.exitCondition) { question in
    let enrollment = question.enrollment
    if let reason = Standing.endReason(of: enrollment, trigger: question.trigger, state: question.facts.state)
    {
      return .hold(.skip(.exitCondition, endsEnrollment: true), ["end_reason": .string(reason.rawValue)])
    }
    for name in question.step.unless {
      if let at = question.lastTime(of: name), at > enrollment.firesAt {
        return .skip(.exitCondition, ["event": .string(name.rawValue), "at": .instant(at)])
      }
    }
    return .pass()
  }
}

extension Question {
  fileprivate func lastTime(of name: EventName) -> Instant? {
    if name == .orderCompleted { return facts.state.lastStandingOrder?.placedAt }
    return facts.eventsSince.lazy.filter { $0.name == name }.map(\.at).max()
  }
}

extension Decision {
  /// Why a verdict that ends the enrollment ends it, as `exit_condition` wrote it into the trace.
  var endReason: EndReason {
    guard case .string(let word)? = trace.last?.values["end_reason"] else { return .cancelled }
    return EndReason(rawValue: word) ?? .cancelled
  }
}
