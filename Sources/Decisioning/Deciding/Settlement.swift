package import Domain

/// Everything to write in one transaction after processing one enrollment.
package struct Settlement: Equatable, Sendable {
  /// The enrollment to store.
  package var enrollment: Enrollment
  /// The decided step and its decision; `nil` if there was nothing to decide: the enrollment was not due yet,
  /// had no step left, or its trigger is gone.
  package var step: StepID?
  package var decision: Decision?
  /// For the outbox, if the verdict is `send`.
  package var message: NewMessage?
  /// Whether to plan the trigger again for this customer: an anniversary is over, and the next one follows.
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

  /// Whether a step was settled and the next one is due as well.
  func isDueAgain(at now: Instant) -> Bool {
    guard let nextDueAt = enrollment.nextDueAt, nextDueAt <= now, let decision else { return false }
    return decision.verdict.kind != .defer
  }

  /// The decision as recorded; `nil` if nothing was decided.
  package func record(at now: Instant) -> StoredDecision? {
    guard let step, let decision else { return nil }
    return decision.record(
      enrollment: enrollment.key, trigger: enrollment.trigger, customer: enrollment.customer, step: step,
      at: now)
  }
}

extension Decider {
  /// Decides one enrollment and returns everything that follows.
  package static func settle(facts: Facts, program: Program, now: Instant) -> Settlement {
    var enrollment = facts.enrollment
    guard enrollment.state == .active else { return Settlement(enrollment: enrollment) }
    guard let trigger = program.triggers[enrollment.trigger] else {
      enrollment.end(.triggerRemoved)
      return Settlement(enrollment: enrollment)
    }
    guard let next = trigger.nextStep(of: enrollment) else {
      enrollment.proceed(in: trigger)
      return Settlement(enrollment: enrollment, replans: trigger.when.recurs)
    }
    var question = Question(facts: facts, program: program, trigger: trigger, step: next.step, now: now)
    guard question.timing.isDue(at: now) else {
      // The configuration has given the step a later time since the enrollment was stored, or an earlier
      // message was late.
      enrollment.nextDueAt = max(question.timing.ownDueAt, question.timing.dueAt)
      return Settlement(enrollment: enrollment)
    }
    let decision = decide(&question)
    let goesAt = max(now, question.dueAt)
    let after = EnrollmentTransition.apply(
      decision, to: next.step.id, of: enrollment, trigger: trigger, now: now, goesAt: goesAt)
    var settlement = Settlement(
      enrollment: after, step: next.step.id, decision: decision,
      replans: after.state != .active && trigger.when.recurs)
    if case .send(let channel, let content) = decision.verdict {
      let keys = LedgerKey.all(
        trigger: trigger.id, occurrence: enrollment.occurrence, customer: facts.state.customer,
        step: next.step.id)
      settlement.message = NewMessage(
        ledgerKey: keys.own, otherKeys: keys.others, enrollment: enrollment.key, trigger: trigger.id,
        occurrence: enrollment.occurrence,
        customer: enrollment.customer, step: next.step.id, channel: channel, priority: trigger.priority,
        dueAt: goesAt,
        expiresAt: question.expiresAt, content: content)
    }
    return settlement
  }

  /// Decides everything due for one customer, best first; each decision takes into account what the earlier ones have
  /// sent. A step that becomes due because the one before it was skipped joins the remaining ones.
  ///
  /// - Parameter batch: facts of one customer, loaded together; their cap entries and enrollments must agree.
  /// - Parameter beginning: called with the key of each enrollment before it is decided.
  /// - Returns: a settlement for each decision, in order; the last one of an enrollment counts.
  package static func settle(
    customer batch: [Facts], program: Program, now: Instant, beginning: (Int64) -> Void = { _ in }
  ) -> [Settlement] {
    if batch.count == 1 {
      beginning(batch[0].enrollment.key)
      let only = settle(facts: batch[0], program: program, now: now)
      if !only.isDueAgain(at: now) { return [only] }
    }
    var settlements: [Settlement] = []
    settlements.reserveCapacity(batch.count)
    var common = Common(batch)
    var enrollments = batch.map(\.enrollment)
    // Sorted so that the best is last.
    var open = batch.indices.sorted { precedes(enrollments[$1], enrollments[$0], program) }
    while let next = open.popLast() {
      beginning(enrollments[next].key)
      let settlement = settle(
        facts: common.facts(batch[next], about: enrollments[next]), program: program, now: now)
      common.add(settlement, at: now)
      if settlement.isDueAgain(at: now) {
        enrollments[next] = settlement.enrollment
        open.insert(
          next, at: open.partitionIndex { !precedes(settlement.enrollment, enrollments[$0], program) })
      }
      settlements.append(settlement)
    }
    return settlements
  }

  /// State that one decision changes for later ones about the same customer. Updated in place: copies would
  /// take longer than deciding.
  private struct Common {
    private var enrollments: [Enrollment]
    private var places: [Int64: Int]
    private var capEntries: [CapEntry]

    init(_ batch: [Facts]) {
      enrollments = batch.first?.state.enrollments ?? []
      capEntries = batch.first?.capEntries ?? []
      places = Dictionary(
        enrollments.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func facts(_ loaded: Facts, about enrollment: Enrollment) -> Facts {
      var facts = loaded
      facts.enrollment = enrollment
      facts.state.enrollments = enrollments
      facts.capEntries = capEntries
      return facts
    }

    mutating func add(_ settlement: Settlement, at now: Instant) {
      if let place = places[settlement.enrollment.key] { enrollments[place] = settlement.enrollment }
      if let message = settlement.message, message.content.purpose == .marketing {
        capEntries.append(CapEntry(channel: message.channel, at: now))
      }
    }
  }

  private static func precedes(_ a: Enrollment, _ b: Enrollment, _ program: Program) -> Bool {
    func rank(_ enrollment: Enrollment) -> (Int, Instant, TriggerID, ExactText) {
      (
        program.triggers[enrollment.trigger]?.priority ?? .max, enrollment.nextDueAt ?? .distantFuture,
        enrollment.trigger, ExactText(enrollment.occurrence)
      )
    }
    return rank(a) < rank(b)
  }
}
