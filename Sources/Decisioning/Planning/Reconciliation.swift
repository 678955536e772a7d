import Domain

/// Brings a customer's enrollments in one trigger in line with the current plans.
///
/// - A plan without an enrollment is enrolled, unless all its steps have already expired.
/// - An enrollment that has not begun follows its plan in everything; without a plan it ends.
/// - One that has begun keeps its time and its subject as long as its reason stands, because the customer has
///   read about them; some kinds move anyway, like a cart's restarted clock. Without its reason, it ends.
/// - One that ended is reactivated if its plan returns: an order that superseded it was cancelled.
/// - A completed one is unchanged.
package enum Reconciliation {
  /// - Parameter asksAgain: see `Planner.replan`.
  package static func changes(
    toward plans: [Plan], in context: PlanningContext, asksAgain: Bool = false
  ) -> [EnrollmentChange] {
    var changes: [EnrollmentChange] = []
    var unplanned = Unplanned(context.enrollments)
    var derived = DerivedFacts()
    for plan in plans {
      if let enrollment = unplanned.take(plan.occurrence) {
        if let change = follow(plan, enrollment, in: context, &derived, asksAgain: asksAgain) {
          changes.append(change)
        }
      } else if let enrollment = newEnrollment(plan, in: context) {
        changes.append(.enroll(enrollment))
      }
    }
    for enrollment in unplanned.rest where enrollment.state == .active {
      if let change = outlive(enrollment, in: context, &derived, asksAgain: asksAgain) {
        changes.append(change)
      }
    }
    return changes
  }

  private static func newEnrollment(_ plan: Plan, in context: PlanningContext) -> Enrollment? {
    let trigger = context.trigger
    let firesAt = context.firing(of: plan)
    var enrollment = Enrollment(
      trigger: trigger.id, customer: context.state.customer.key, occurrence: plan.occurrence,
      firesAt: firesAt,
      subject: plan.subject, nextDueAt: nil, plannedAt: context.now)
    guard !trigger.isExpired(firesAt: firesAt, now: context.now), let next = trigger.nextStep(of: enrollment)
    else {
      return nil
    }
    enrollment.nextDueAt = next.dueAt
    return enrollment
  }

  /// Updates the enrollment of a plan.
  private static func follow(
    _ plan: Plan, _ enrollment: Enrollment, in context: PlanningContext, _ derived: inout DerivedFacts,
    asksAgain: Bool
  ) -> EnrollmentChange? {
    var target = enrollment
    if !keepsWhatWasRead(enrollment, in: context, &derived) {
      target.subject = plan.subject
      // A backlog plan fires once, as first planned.
      if !plan.isBacklog || enrollment.firesAt < plan.firesAt { target.firesAt = plan.firesAt }
    }
    switch enrollment.state {
    case .completed: return nil
    case .active: return move(enrollment, to: target, in: context.trigger, asksAgain: asksAgain)
    case .ended:
      let isOver = context.trigger.isExpired(
        firesAt: target.firesAt, done: target.doneSteps, now: context.now)
      guard !isOver, enrollment.endReason != .forgotten, enrollment.endReason != .quarantined,
        context.trigger.endReason(of: target, state: context.state, derived: &derived) == nil,
        let next = context.trigger.nextStep(of: target)
      else { return nil }
      return .move(
        key: enrollment.key, firesAt: target.firesAt, subject: target.subject, nextDueAt: next.dueAt)
    }
  }

  /// Handles an active enrollment without a plan.
  private static func outlive(
    _ enrollment: Enrollment, in context: PlanningContext, _ derived: inout DerivedFacts, asksAgain: Bool
  ) -> EnrollmentChange? {
    let trigger = context.trigger
    let reason = trigger.endReason(of: enrollment, state: context.state, derived: &derived)
    // Not begun and expired: left for the scheduler, so that the record says `expired` and not `superseded`.
    let isLate = trigger.isExpired(firesAt: enrollment.firesAt, done: enrollment.doneSteps, now: context.now)
    if reason == nil, enrollment.beganAt != nil || isLate {
      return move(enrollment, to: enrollment, in: trigger, asksAgain: asksAgain)
    }
    return .end(key: enrollment.key, reason ?? .superseded)
  }

  private static func keepsWhatWasRead(
    _ enrollment: Enrollment, in context: PlanningContext, _ derived: inout DerivedFacts
  ) -> Bool {
    guard enrollment.beganAt != nil, enrollment.endReason != .sentElsewhere,
      !context.trigger.when.movesWhenBegun
    else { return false }
    return context.trigger.endReason(of: enrollment, state: context.state, derived: &derived) == nil
  }

  private static func move(
    _ enrollment: Enrollment, to target: Enrollment, in trigger: Trigger, asksAgain: Bool
  ) -> EnrollmentChange? {
    // Without a remaining step the enrollment is complete; the scheduler finds that when it next checks.
    guard let dueAt = trigger.nextStep(of: target)?.dueAt else { return nil }
    let isSame = target.firesAt == enrollment.firesAt && target.subject == enrollment.subject
    if isSame, let nextDueAt = enrollment.nextDueAt {
      // Only a deferral moves the next check past the step's due time.
      if nextDueAt == dueAt || (nextDueAt > dueAt && !asksAgain) { return nil }
    }
    return .move(key: enrollment.key, firesAt: target.firesAt, subject: target.subject, nextDueAt: dueAt)
  }
}

/// Enrollments not matched to a plan yet.
private struct Unplanned {
  private var enrollments: [Enrollment?]
  /// Empty for a few enrollments, where a linear search is faster.
  private var places: [ExactText: Int] = [:]

  init(_ enrollments: some Sequence<Enrollment>) {
    self.enrollments = enrollments.map { $0 }
    guard self.enrollments.count > 32 else { return }
    for (place, enrollment) in self.enrollments.enumerated() {
      if let enrollment { places[ExactText(enrollment.occurrence)] = place }
    }
  }

  var rest: [Enrollment] { enrollments.compactMap(\.self) }

  mutating func take(_ occurrence: String) -> Enrollment? {
    let place =
      places.isEmpty
      ? enrollments.firstIndex { $0?.occurrence.hasSameBytes(as: occurrence) ?? false }
      : places[ExactText(occurrence)]
    guard let place else { return nil }
    defer { enrollments[place] = nil }
    return enrollments[place]
  }
}
