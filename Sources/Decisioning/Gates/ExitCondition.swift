package import Domain

extension GateRule {
  /// Ends the enrollment if its reason is gone (the cart was ordered or emptied, the order cancelled or
  /// replaced by a newer one), and skips the step if an event of its `unless` has happened since the trigger
  /// fired.
  ///
  /// The event that fired the trigger happened exactly then and does not count. An `order_completed` counts
  /// while the order stands; other order events count if they are about an order of the enrollment, if it has
  /// one.
  static let exitCondition = GateRule(.exitCondition) { question in
    exitAnswer(question.facts, question.trigger, question.program, unless: question.step.unless)
  }

  private static func exitAnswer(
    _ facts: Facts, _ trigger: Trigger, _ program: Program, unless: [Unless]
  ) -> Answer {
    let enrollment = facts.enrollment
    if let reason = trigger.endReason(of: enrollment, state: facts.state) {
      return ended(reason)
    }
    let since = unless.isEmpty ? enrollment.firesAt : facts.unlessSince(program)
    for exit in unless {
      if let at = facts.lastTime(of: exit), at > since {
        return .skip(.exitCondition, ["event": .string(exit.event.rawValue), "at": .instant(at)])
      }
    }
    return .pass()
  }

  private static func ended(_ reason: EndReason) -> Answer {
    .hold(.skip(.exitCondition, endsEnrollment: true), ["end_reason": .string(reason.rawValue)])
  }

  /// The answer for a step that was decided earlier and whose message has not been sent.
  ///
  /// Also holds if the enrollment has ended since, or the trigger or step is gone.
  fileprivate static func exitAnswer(
    afterDeciding step: StepID, _ facts: Facts, _ program: Program
  ) -> Answer {
    if facts.enrollment.state == .ended { return ended(facts.enrollment.endReason ?? .cancelled) }
    guard let trigger = program.triggers[facts.enrollment.trigger] else { return ended(.triggerRemoved) }
    guard let current = trigger.steps.first(where: { $0.id == step }) else {
      return .skip(.exitCondition, ["step": .string("removed")])
    }
    return exitAnswer(facts, trigger, program, unless: current.unless)
  }
}

extension WireRule {
  /// Ends a message whose reason has gone since it was decided.
  static let exitCondition = WireRule(.exitCondition) { question in
    guard let facts = question.facts, let program = question.program else { return .pass() }
    return GateRule.exitAnswer(afterDeciding: question.message.step, facts, program)
  }
}

extension Facts {
  /// The time from which events count for `unless`.
  package func unlessSince(_ program: Program) -> Instant {
    guard let trigger = program.triggers[enrollment.trigger] else { return enrollment.firesAt }
    return trigger.when.reasonBegan(self, trigger: trigger, program: program)
  }

  /// Whether an order that was placed makes a step with `unless: [order_completed]` pointless.
  func isPointlessAfterOrders(_ program: Program) -> Bool {
    lastTime(of: .orderCompleted).map { $0 > unlessSince(program) } ?? false
  }

  /// The orders that the enrollment is about.
  private var orderIDs: [String] {
    state.orderID(of: enrollment.subject).map { [$0] } ?? enrollment.subject.orderIDs
  }

  fileprivate func lastTime(of exit: Unless) -> Instant? {
    if exit.event == .orderCompleted { return state.lastStandingOrder?.placedAt }
    let orders = exit.same == .customer ? [] : orderIDs
    // Imported orders have no events; their state is in the order itself.
    if !orders.isEmpty, exit.event == .orderCancelled || exit.event == .orderRefunded {
      return orders.compactMap { id in
        state.order(id).flatMap { exit.event == .orderCancelled ? $0.cancelledAt : $0.refundedAt }
      }.max()
    }
    return eventsSince.lazy.filter { event in
      guard event.name == exit.event else { return false }
      guard let id = event.orderID else { return exit.same != .order }
      return orders.isEmpty ? exit.same != .order : orders.contains { $0.hasSameBytes(as: id) }
    }.map(\.at).max()
  }
}

extension Decision {
  /// The end reason of a verdict that ends the enrollment, from the trace of `exit_condition`.
  var endReason: EndReason {
    guard case .string(let word)? = trace.last?.values["end_reason"] else { return .cancelled }
    return EndReason(rawValue: word) ?? .cancelled
  }
}
