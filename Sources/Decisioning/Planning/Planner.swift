package import Domain

/// Computes when a trigger fires for a customer: the one door to the planners of all kinds.
package enum Planner {
  /// Every firing of `trigger` that the customer's state calls for, past ones included; in no particular
  /// order, without two of one occurrence.
  ///
  /// Pure: equal arguments give equal plans. The customer's enrollments are looked at only where history
  /// itself is the rule: `reentry`, a product that a message has already named, a birthday greeted once a
  /// year, a cart already written about.
  package static func plan(
    trigger: Trigger, state: CustomerState, catalog: Catalog, program: Program, enabledAt: Instant,
    now: Instant
  ) -> [Plan] {
    plan(
      PlanningContext(
        trigger: trigger, state: state, catalog: catalog, program: program, enabledAt: enabledAt, now: now))
  }

  package static func plan(_ context: PlanningContext) -> [Plan] {
    let plans =
      switch context.trigger.when {
      case .event(let rule): EventPlanner.plan(rule, in: context)
      case .cartIdle(let idle): CartIdlePlanner.plan(idle, in: context)
      case .runsOut(let rule): RunsOutPlanner.plan(rule, in: context)
      case .anniversary(let rule): AnniversaryPlanner.plan(rule, in: context)
      case .lapsed(let duration): LapsedPlanner.plan(duration, in: context)
      }
    guard context.trigger.reentry != nil else { return plans }
    return plans.filter { plan in
      Reentry.conflict(
        occurrence: plan.occurrence, firesAt: context.firing(of: plan), trigger: context.trigger,
        enrollments: context.state.enrollments) == nil
    }
  }

  /// What has to be written so that the customer's enrollments in `trigger` agree with the customer's state.
  ///
  /// Intake calls this for every trigger that `reads` what an event touches, in the event's own transaction.
  ///
  /// - Parameter asksAgain: also brings forward what a gate has deferred. True after a change of the
  ///   trigger's file and after `resume`; false for events, which would otherwise wake a customer's deferred
  ///   messages at every click.
  package static func replan(
    trigger: Trigger, state: CustomerState, catalog: Catalog, program: Program, enabledAt: Instant,
    now: Instant,
    asksAgain: Bool = false
  ) -> [EnrollmentChange] {
    replan(
      PlanningContext(
        trigger: trigger, state: state, catalog: catalog, program: program, enabledAt: enabledAt, now: now),
      asksAgain: asksAgain)
  }

  package static func replan(_ context: PlanningContext, asksAgain: Bool = false) -> [EnrollmentChange] {
    guard concerns(context.trigger, context.state) else { return [] }
    return Reconciliation.changes(toward: plan(context), in: context, asksAgain: asksAgain)
  }

  /// Whether the customer has anything that a plan of the trigger could be made of, or that an earlier one has left.
  private static func concerns(_ trigger: Trigger, _ state: CustomerState) -> Bool {
    if !state.enrollments.isEmpty { return true }
    switch trigger.when {
    case .event(let rule):
      return EventPlanner.readsOrders(rule.name) ? !state.orders.isEmpty : !state.events.isEmpty
    case .cartIdle: return !state.carts.isEmpty
    case .runsOut, .lapsed: return !state.orders.isEmpty
    case .anniversary: return true
    }
  }

  /// The parts of the customer's state whose change can change the trigger's plans.
  package static func reads(of trigger: Trigger) -> StateParts {
    switch trigger.when {
    case .event(let rule):
      var parts: StateParts =
        EventPlanner.readsOrders(rule.name) ? [.orders] : StateParts(eventNames: [rule.name])
      // A condition may name any field of the customer, the totals over all orders included.
      if rule.condition != nil { parts.formUnion([.customer, .orders]) }
      return parts
    case .cartIdle: return [.carts, .orders]
    case .runsOut: return [.orders, .products]
    case .anniversary: return [.customer]
    case .lapsed: return [.orders]
    }
  }

  /// Whether the end of one enrollment lets the next be planned: after its last step the scheduler calls
  /// `replan`.
  ///
  /// True for anniversaries, which come back every year without any event.
  package static func recurs(_ trigger: Trigger) -> Bool {
    if case .anniversary = trigger.when { true } else { false }
  }
}

/// The least time between two enrollments of one customer in one trigger.
enum Reentry {
  /// The enrollment that stands in the way of another firing at `firesAt`: one of another occurrence, begun,
  /// and less than the trigger's `reentry` away, before or after.
  ///
  /// An occurrence that has itself begun is never in conflict: its later steps belong to the same enrollment.
  static func conflict(
    occurrence: String, firesAt: Instant, trigger: Trigger, enrollments: [Enrollment]
  ) -> Enrollment? {
    guard let reentry = trigger.reentry?.milliseconds else { return nil }
    var conflict: Enrollment?
    for other in enrollments where other.trigger == trigger.id && other.beganAt != nil {
      if other.occurrence.hasSameBytes(as: occurrence) { return nil }
      let distance = abs(other.firesAt.milliseconds - firesAt.milliseconds)
      if distance < reentry { conflict = other }
    }
    return conflict
  }
}
