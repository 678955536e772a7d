package import Domain

/// Everything to write, in one transaction, after one enrollment was looked at.
package struct Settlement: Equatable, Sendable {
  /// As it has to be stored.
  package var enrollment: Enrollment
  /// The step that was decided, with the decision; `nil` when there was nothing to decide: the enrollment was
  /// not due yet, had no step left, or its trigger is gone.
  package var step: StepID?
  package var decision: Decision?
  /// For the outbox, when the verdict is `send`.
  package var message: NewMessage?
  /// Whether to plan the trigger again for this customer: an anniversary is over, and the next one follows
  /// it.
  package var replans: Bool

  package init(
    enrollment: Enrollment, step: StepID? = nil, decision: Decision? = nil, message: NewMessage? = nil,
    replans: Bool = false
  ) {
    self.enrollment = enrollment
    self.step = step
    self.decision = decision
    self.message = message
    self.replans = replans
  }

  /// The decision as it stands in the record; `nil` when nothing was decided.
  package func record(at now: Instant) -> StoredDecision? {
    guard let step, let decision else { return nil }
    var channel: ChannelName?
    var until: Instant?
    switch decision.verdict {
    case .send(let chosen, _): channel = chosen
    case .defer(let later, _): until = later
    case .skip, .withhold: break
    }
    return StoredDecision(
      enrollment: enrollment.key, trigger: enrollment.trigger, customer: enrollment.customer, step: step,
      at: now,
      verdict: decision.verdict.kind, gate: decision.verdict.gate, channel: channel, until: until,
      trace: decision.trace)
  }
}

extension Decider {
  /// Decides one enrollment and says all that follows from it.
  package static func settle(facts: Facts, program: Program, now: Instant) -> Settlement {
    var enrollment = facts.enrollment
    guard enrollment.state == .active else { return Settlement(enrollment: enrollment) }
    guard let trigger = program.triggers[enrollment.trigger] else {
      enrollment.end(.triggerRemoved)
      return Settlement(enrollment: enrollment)
    }
    guard let next = trigger.nextStep(of: enrollment) else {
      enrollment.proceed(in: trigger)
      return Settlement(enrollment: enrollment, replans: Planner.recurs(trigger))
    }
    guard next.dueAt <= now else {
      // The file gave the step a later time since the enrollment was stored.
      enrollment.nextDueAt = next.dueAt
      return Settlement(enrollment: enrollment)
    }
    var question = Question(
      facts: facts, program: program, trigger: trigger, step: next.step, dueAt: next.dueAt, now: now)
    let decision = decide(&question)
    let after = EnrollmentTransition.apply(
      decision, to: next.step.id, of: enrollment, trigger: trigger, now: now)
    var settlement = Settlement(
      enrollment: after, step: next.step.id, decision: decision,
      replans: after.state != .active && Planner.recurs(trigger))
    if case .send(let channel, let content) = decision.verdict {
      settlement.message = NewMessage(
        ledgerKey: LedgerKey(
          trigger: trigger.id, occurrence: enrollment.occurrence, customer: facts.state.customer.id,
          step: next.step.id),
        enrollment: enrollment.key, trigger: trigger.id, occurrence: enrollment.occurrence,
        customer: enrollment.customer, step: next.step.id, channel: channel, priority: trigger.priority,
        dueAt: now,
        expiresAt: question.expiresAt, content: content)
    }
    return settlement
  }

  /// Decides all that is due for one customer, in `order`, each knowing what the ones before it have sent.
  ///
  /// - Parameter batch: facts of one customer that were loaded together; their cap entries and enrollments
  ///   agree.
  /// - Returns: one settlement each, in the order in which they were decided.
  package static func settle(customer batch: [Facts], program: Program, now: Instant) -> [Settlement] {
    if batch.count == 1 { return [settle(facts: batch[0], program: program, now: now)] }
    var settlements: [Settlement] = []
    var sent: [CapEntry] = []
    for var facts in batch.sorted(by: { precedes($0.enrollment, $1.enrollment, program) }) {
      facts.capEntries += sent
      for settled in settlements {
        if let index = facts.state.enrollments.firstIndex(where: { $0.key == settled.enrollment.key }) {
          facts.state.enrollments[index] = settled.enrollment
        }
      }
      let settlement = settle(facts: facts, program: program, now: now)
      if let message = settlement.message, message.content.purpose == .marketing {
        sent.append(CapEntry(channel: message.channel, at: now))
      }
      settlements.append(settlement)
    }
    return settlements
  }

  /// Due enrollments in the order in which they are decided: priority, then earliest due, then by name so
  /// that nothing is left to chance.
  package static func order(_ enrollments: [Enrollment], program: Program) -> [Enrollment] {
    enrollments.sorted { precedes($0, $1, program) }
  }

  private static func precedes(_ a: Enrollment, _ b: Enrollment, _ program: Program) -> Bool {
    func rank(_ enrollment: Enrollment) -> (Int, Instant, TriggerID, String) {
      (
        program.triggers[enrollment.trigger]?.priority ?? .max, enrollment.nextDueAt ?? .distantFuture,
        enrollment.trigger, enrollment.occurrence
      )
    }
    return rank(a) < rank(b)
  }
}
