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
    if let reason = Standing.endReason(of: enrollment, trigger: trigger, state: facts.state) {
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

extension Decider {
  /// Whether a message that was decided and then had to wait is to be taken back: the reason for it is gone, or the
  /// customer is outside the trigger's audience by now.
  ///
  /// - Parameter facts: of the message's enrollment, as it stands now.
  /// - Returns: a skip by `exit_condition` or `audience`; `nil` while the message may go.
  package static func takeBack(step: StepID, facts: Facts, program: Program, now: Instant) -> Decision? {
    if case .hold(let verdict, let values) = GateRule.exitAnswer(afterDeciding: step, facts, program) {
      return Decision(
        verdict: verdict, trace: [TraceEntry(gate: .exitCondition, passed: false, values: values)])
    }
    guard let trigger = program.triggers[facts.enrollment.trigger], trigger.audience != nil,
      let current = trigger.steps.first(where: { $0.id == step })
    else { return nil }
    let question = Question(facts: facts, program: program, trigger: trigger, step: current, now: now)
    guard case .hold(let verdict, let values) = GateRule.audience.ask(question) else { return nil }
    return Decision(verdict: verdict, trace: [TraceEntry(gate: .audience, passed: false, values: values)])
  }

  /// Whether the file has changed since a message was decided so that it must not go as it stands: its channel is none
  /// of the step's any more, or its purpose, by which consent and caps were asked and which says whether it carries a
  /// link to unsubscribe, is another.
  ///
  /// - Returns: a skip that says what has changed; `nil` when nothing has.
  package static func outdated(
    step: StepID, of trigger: TriggerID, channel: ChannelName, purpose: Purpose, program: Program
  ) -> Decision? {
    guard let trigger = program.triggers[trigger], let step = trigger.steps.first(where: { $0.id == step })
    else { return nil }
    let entry: TraceEntry
    if !step.channels.contains(channel) {
      return removed(channel)
    } else if trigger.purpose != purpose {
      entry = TraceEntry(
        gate: .noConsent, passed: false, channel: channel,
        values: ["purpose": .string(trigger.purpose.rawValue), "decided_as": .string(purpose.rawValue)])
    } else {
      return nil
    }
    return Decision(verdict: .skip(entry.gate, endsEnrollment: false), trace: [entry])
  }

  /// A message must not go because its channel is gone from its step, or from the file.
  package static func removed(_ channel: ChannelName) -> Decision {
    Decision(
      verdict: .skip(.noAddress, endsEnrollment: false),
      trace: [
        TraceEntry(
          gate: .noAddress, passed: false, channel: channel, values: ["channel": .string("removed")])
      ])
  }
}

extension Facts {
  /// From when on events count for `unless`: since the trigger fired, or since the first event by its own time, where
  /// that became known only when the trigger had fired for a later one. What the trigger fired for is then a second.
  package func unlessSince(_ program: Program) -> Instant {
    let firesAt = enrollment.firesAt
    guard let trigger = program.triggers[enrollment.trigger], case .event(let rule) = trigger.when,
      EventPlanner.mayStart(before: firesAt, rule, in: state)
    else { return firesAt }
    let context = PlanningContext(
      trigger: trigger, state: state, catalog: catalog, program: program, enabledAt: .distantPast,
      now: firesAt)
    return EventPlanner.start(before: firesAt, rule, in: context) ?? firesAt
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

extension Subject {
  /// Of the orders that the enrollment is about.
  var orderIDs: [String] {
    switch self {
    case .order(let id): [id]
    case .products(let products): products.map(\.orderID)
    case .customer, .cart, .anniversary, .event: []
    }
  }
}
