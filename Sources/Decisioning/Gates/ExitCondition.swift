package import Domain

extension GateRule {
  /// Ends the enrollment when its reason is gone (the cart was ordered or emptied, the order cancelled or
  /// replaced by a newer one), and skips the step when an event of its `unless` has happened since the
  /// trigger fired.
  ///
  /// The event that made the trigger fire lies at the moment of firing and does not count. An
  /// `order_completed` counts as long as the order stands; of other events about orders those count that are about
  /// an order of the enrollment, where it has one.
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

  /// The same about a step that was decided a while ago and whose message has not gone out.
  ///
  /// An enrollment that has ended meanwhile, and a trigger or step that is gone, are reasons too.
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
  /// Ends a message whose reason is gone since it was decided.
  static let exitCondition = WireRule(.exitCondition) { question in
    guard let facts = question.facts, let program = question.program else { return .pass() }
    return GateRule.exitAnswer(afterDeciding: question.message.step, facts, program)
  }
}

extension Facts {
  /// From when on events count for `unless`.
  package func unlessSince(_ program: Program) -> Instant {
    guard let trigger = program.triggers[enrollment.trigger] else { return enrollment.firesAt }
    return trigger.when.reasonBegan(self, trigger: trigger, program: program)
  }

  /// Whether an order that was placed makes a step with `unless: [order_completed]` pointless.
  func isPointlessAfterOrders(_ program: Program) -> Bool {
    lastTime(of: .orderCompleted).map { $0 > unlessSince(program) } ?? false
  }

  fileprivate func lastTime(of exit: Unless) -> Instant? {
    if exit.event == .orderCompleted { return state.lastStandingOrder?.placedAt }
    let orders = exit.same == .customer ? [] : enrollment.subject.orderIDs
    // Orders that were imported have no events; what became of one stands in itself.
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
  /// Why a verdict that ends the enrollment ends it, as `exit_condition` wrote it into the trace.
  var endReason: EndReason {
    guard case .string(let word)? = trace.last?.values["end_reason"] else { return .cancelled }
    return EndReason(rawValue: word) ?? .cancelled
  }
}
