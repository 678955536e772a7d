package import Domain

/// A template rendered for one customer, composed without asking any gate.
package struct Preview: Equatable, Sendable {
  package var trigger: TriggerID
  package var step: StepID
  package var channel: ChannelName
  package var content: MessageContent
  /// What was made up; `nil` for nothing.
  package var sample: Sample.Extent?

  /// Why there is nothing to show.
  package enum Problem: Error, Equatable, Sendable {
    /// No step of any trigger uses the template, so there is nothing that it could be about.
    case unused
    /// The customer lacks what the message would be about, and it cannot be made up.
    case noSubject(TriggerID, needs: String)
    /// The customer has no address on the channel.
    case noAddress(ChannelName)
    /// Carries the values of a decision's trace.
    case failed(Record)
  }

  /// Composes the message for a preview. If the customer lacks what it would be about, that is made up.
  ///
  /// - Parameters:
  ///   - channel: one of the step's channels; `nil` for the first.
  ///   - state: must be complete; `nil` to make up the customer too.
  package static func compose(
    template: String, channel: ChannelName? = nil, state: CustomerState?, catalog: Catalog, program: Program,
    now: Instant
  ) -> Result<Preview, Problem> {
    let uses = program.triggers.values.sorted { $0.id < $1.id }.flatMap { trigger in
      trigger.steps.filter { $0.template == template }.map { (trigger: trigger, step: $0) }
    }
    guard let first = uses.first else { return .failure(.unused) }
    let enrolled = uses.first { use in
      state?.enrollments.contains { $0.trigger == use.trigger.id } ?? false
    }
    let (trigger, step) = enrolled ?? first
    var sample: Sample.Extent?
    var catalog = catalog
    func example(_ state: CustomerState) -> Subject? {
      Self.example(for: trigger, state: state, catalog: catalog, program: program, now: now)
    }
    var known = state ?? Sample.state(program, now: now)
    var subject = state.flatMap { state in
      state.enrollments.last { $0.trigger == trigger.id }?.subject ?? example(state)
    }
    if subject == nil {
      sample = state == nil ? .customer : .occasion(lacks: trigger.when.need)
      known = Sample.completed(known, program, now: now)
      trigger.when.complete(&known, now: now)
      catalog = Sample.catalog(program, beside: catalog)
      let read = program.templates[template]?.variables(library: program.partials) ?? []
      Sample.fill(&known, isMadeUp: state == nil, reading: read)
      subject = example(known)
    }
    let state = known
    guard let subject else { return .failure(.noSubject(trigger.id, needs: trigger.when.need)) }
    let enrollment = Enrollment(
      trigger: trigger.id, customer: state.customer.key, occurrence: "preview", firesAt: now,
      subject: subject,
      nextDueAt: now, plannedAt: now)
    var question = Question(
      facts: Facts(enrollment: enrollment, state: state, catalog: catalog), program: program,
      trigger: trigger,
      step: step, now: now)
    question.channel = channel ?? step.channels.first ?? ""
    guard let policy = question.policy, state.customer.address(policy.address) != nil else {
      return .failure(.noAddress(question.channel))
    }
    switch Composer.compose(question) {
    case .success(let content):
      return .success(
        Preview(
          trigger: trigger.id, step: step.id, channel: question.channel, content: content, sample: sample))
    case .failure(let failure): return .failure(.failed(failure.values))
    }
  }

  /// The subject if the trigger fired for this customer today.
  static func example(
    for trigger: Trigger, state: CustomerState, catalog: Catalog, program: Program, now: Instant
  ) -> Subject? {
    var always = trigger
    always.existing = .include
    always.reentry = nil
    let plan = Planner.plan(
      trigger: always, state: state, catalog: catalog, program: program, enabledAt: .distantPast, now: now
    ).max { $0.firesAt < $1.firesAt }
    if let plan { return plan.subject }
    return trigger.when.example(for: state, now: now)
  }
}
