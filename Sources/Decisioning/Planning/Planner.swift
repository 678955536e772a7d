package import Domain

/// Computes when a trigger fires for a customer, and what follows for the enrollments.
package enum Planner {
  /// All firings of `trigger` for the customer's state, including past ones; in no particular order, at most
  /// one per occurrence.
  ///
  /// Pure: equal arguments give equal plans. The customer's enrollments matter only where history is part of
  /// the rule: `reentry`, a product already named in a message, a birthday greeted once a year, a cart
  /// already written about.
  package static func plan(
    trigger: Trigger, state: CustomerState, catalog: Catalog, program: Program, enabledAt: Instant,
    now: Instant
  ) -> [Plan] {
    plan(
      PlanningContext(
        trigger: trigger, state: state, catalog: catalog, program: program, enabledAt: enabledAt, now: now))
  }

  package static func plan(_ context: PlanningContext) -> [Plan] {
    let plans = context.trigger.when.plans(in: context)
    guard context.trigger.reentry != nil else { return plans }
    return plans.filter { plan in
      Reentry.conflict(
        occurrence: plan.occurrence, firesAt: context.firing(of: plan), trigger: context.trigger,
        enrollments: context.state.enrollments) == nil
    }
  }

  /// The changes that bring the customer's enrollments in `trigger` in line with the customer's state.
  ///
  /// Intake calls this for every trigger that `reads` what an event touches, in the event's own transaction.
  ///
  /// - Parameter asksAgain: also brings forward what a gate has deferred. True after a change of the
  ///   trigger's configuration and after `resume`; false for events, which would otherwise wake a customer's
  ///   deferred messages at every click.
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

  /// Whether a plan of the trigger is possible for the customer, or an earlier one has left anything.
  private static func concerns(_ trigger: Trigger, _ state: CustomerState) -> Bool {
    !state.enrollments.isEmpty || trigger.when.mayConcern(state)
  }
}

/// The minimum time between two enrollments of one customer in one trigger.
enum Reentry {
  /// The enrollment that prevents another firing at `firesAt`: of another occurrence, begun, and less than
  /// the trigger's `reentry` away, before or after.
  ///
  /// An occurrence that has itself begun never conflicts: its later steps belong to the same enrollment.
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
