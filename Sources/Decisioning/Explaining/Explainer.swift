package import Domain

/// The input of an explanation: the facts for deciding, and the record.
package struct ExplanationFacts: Sendable {
  package var state: CustomerState
  package var catalog: Catalog
  /// All decisions about the customer, in any order.
  package var decisions: [StoredDecision]
  /// When the store first saw each trigger; a missing one counts as enabled now.
  package var enabledAt: [TriggerID: Instant]
  package var paused: Set<TriggerID>
  package var suppressed: [ChannelName: SuppressionReason]
  package var capEntries: [CapEntry]
  package var eventsSince: [PastEvent]
  /// By enrollment.
  package var messages: [Int64: [StepMessage]]

  package init(
    state: CustomerState, catalog: Catalog = Catalog(), decisions: [StoredDecision] = [],
    enabledAt: [TriggerID: Instant] = [:], paused: Set<TriggerID> = [],
    suppressed: [ChannelName: SuppressionReason] = [:], capEntries: [CapEntry] = [],
    eventsSince: [PastEvent] = [], messages: [Int64: [StepMessage]] = [:]
  ) {
    self.state = state
    self.catalog = catalog
    self.decisions = decisions
    self.enabledAt = enabledAt
    self.paused = paused
    self.suppressed = suppressed
    self.capEntries = capEntries
    self.eventsSince = eventsSince
    self.messages = messages
  }
}

/// Explains with the same planners and gates that decide.
package enum Explainer {
  /// - Parameter only: one trigger; `nil` for all in the program and all in the customer's record.
  package static func explain(
    _ facts: ExplanationFacts, program: Program, now: Instant, only: TriggerID? = nil
  ) -> Explanation {
    var ids = Set(program.triggers.keys).union(facts.state.enrollments.map(\.trigger))
    if let only { ids.formIntersection([only]) }
    let forecasts = Forecaster.forecasts(facts, program, now)
    return Explanation(
      customerID: facts.state.customer.id, at: now,
      triggers: ids.sorted().map { explain($0, facts, forecasts, program, now) })
  }

  private static func explain(
    _ id: TriggerID, _ facts: ExplanationFacts, _ forecasts: [Int64: [Forecast]], _ program: Program,
    _ now: Instant
  ) -> TriggerExplanation {
    let trigger = program.triggers[id]
    let enrollments = facts.state.enrollments.filter { $0.trigger == id }
    let isActive = enrollments.contains { $0.state == .active }
    return TriggerExplanation(
      trigger: id, isPaused: facts.paused.contains(id),
      enrollments: enrollments.map { enrollment in
        let decisions = facts.decisions.filter { $0.enrollment == enrollment.key }.sorted { $0.at < $1.at }
        return EnrollmentExplanation(
          enrollment: enrollment, event: event(of: enrollment, facts.state), decisions: decisions,
          forecast: forecasts[enrollment.key] ?? [],
          lateOrders: trigger.map { lateOrders(enrollment, decisions, $0, facts.state, program) } ?? [])
      },
      absence: isActive
        ? nil : trigger.map { absence($0, enrollments, facts, program, now) } ?? .noOccasion(nil),
      refusal: isActive
        ? nil
        : trigger.flatMap { trigger in
          trigger.when.refusal(
            in: PlanningContext(
              trigger: trigger, state: facts.state, catalog: facts.catalog, program: program,
              enabledAt: facts.enabledAt[id] ?? now, now: now))
        })
  }

  private static func event(of enrollment: Enrollment, _ state: CustomerState) -> Event? {
    guard case .event(let id) = enrollment.subject else { return nil }
    return state.events.first { $0.messageID.hasSameBytes(as: id) }
  }

  private static func absence(
    _ trigger: Trigger, _ enrollments: [Enrollment], _ facts: ExplanationFacts, _ program: Program,
    _ now: Instant
  ) -> Absence {
    let enabledAt = facts.enabledAt[trigger.id] ?? now
    var unlimited = trigger
    unlimited.reentry = nil
    func context(enabledAt: Instant) -> PlanningContext {
      PlanningContext(
        trigger: unlimited, state: facts.state, catalog: facts.catalog, program: program,
        enabledAt: enabledAt, now: now)
    }
    func latestPlan(enabledAt: Instant) -> Plan? {
      Planner.plan(context(enabledAt: enabledAt)).max { $0.firesAt < $1.firesAt }
    }
    if let plan = latestPlan(enabledAt: enabledAt) {
      if let enrollment = enrollments.first(where: { $0.occurrence.hasSameBytes(as: plan.occurrence) }) {
        return enrollment.endReason.map { .ended(occurrence: plan.occurrence, $0) }
          ?? .completed(occurrence: plan.occurrence)
      }
      if let other = Reentry.conflict(
        occurrence: plan.occurrence, firesAt: plan.firesAt, trigger: trigger, enrollments: enrollments),
        let reentry = trigger.reentry
      {
        return .reentry(enrolledAt: other.firesAt, until: other.firesAt + reentry)
      }
      return trigger.isExpired(firesAt: context(enabledAt: enabledAt).firing(of: plan), now: now)
        ? .expired(firedAt: plan.firesAt) : .unplanned(firesAt: plan.firesAt)
    }
    if let last = enrollments.last(where: { $0.state == .completed }) {
      return .completed(occurrence: last.occurrence)
    }
    // Would it have fired if the trigger had always existed?
    if let plan = latestPlan(enabledAt: .distantPast) {
      return trigger.existing == .include
        ? .expired(firedAt: plan.firesAt)
        : .qualifiedEarlier(firedAt: plan.firesAt, enabledAt: enabledAt)
    }
    return .noOccasion(trigger.when.lack(in: facts.state))
  }
}
