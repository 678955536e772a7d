package import Domain

/// Decides due steps: the one function behind the daemon, `explain`, `backtest` and `test`.
package enum Decider {
  /// The verdict on the enrollment's next step, with every gate that was asked.
  ///
  /// Equal arguments give equal decisions. Does not check whether the step is due.
  ///
  /// - Returns: `nil` if there is nothing to decide: the trigger is gone from the program, or has no step
  ///   left.
  package static func decide(facts: Facts, program: Program, now: Instant) -> Decision? {
    guard let trigger = program.triggers[facts.enrollment.trigger],
      let next = trigger.nextStep(of: facts.enrollment)
    else { return nil }
    var question = Question(
      facts: facts, program: program, trigger: trigger, step: next.step, now: now)
    return decide(&question)
  }

  static func decide(_ question: inout Question) -> Decision {
    var trace: [TraceEntry] = []
    trace.reserveCapacity(12)
    if let verdict = ask(GateOrder.beforeChannel, question, into: &trace) {
      return Decision(verdict: verdict, trace: trace)
    }
    if let verdict = chooseChannel(&question, into: &trace) {
      return Decision(verdict: verdict, trace: trace)
    }
    if let verdict = ask(GateOrder.afterChannel, question, into: &trace) {
      return Decision(verdict: verdict, trace: trace)
    }
    switch Composer.compose(question) {
    case .success(let content):
      trace.append(
        TraceEntry(gate: .templateFailed, passed: true, values: ["template": .string(question.step.template)])
      )
      return Decision(verdict: .send(channel: question.channel, content: content), trace: trace)
    case .failure(let failure):
      trace.append(TraceEntry(gate: .templateFailed, passed: false, values: failure.values))
      return Decision(verdict: .skip(.templateFailed, endsEnrollment: false), trace: trace)
    }
  }

  /// Asks the gates in order, up to the first that holds.
  private static func ask(
    _ gates: [GateRule], _ question: borrowing Question, channel: ChannelName? = nil,
    into trace: inout [TraceEntry]
  ) -> Verdict? {
    for rule in gates {
      switch rule.ask(question) {
      case .pass(let values):
        trace.append(TraceEntry(gate: rule.gate, passed: true, channel: channel, values: values))
      case .hold(let verdict, let values):
        trace.append(TraceEntry(gate: rule.gate, passed: false, channel: channel, values: values))
        return verdict
      }
    }
    return nil
  }

  /// Whether the customer is reachable on some channel of a step.
  package static func reaches(step: StepID, facts: Facts, program: Program, now: Instant) -> Bool {
    guard let trigger = program.triggers[facts.enrollment.trigger],
      let step = trigger.steps.first(where: { $0.id == step })
    else { return false }
    var question = Question(facts: facts, program: program, trigger: trigger, step: step, now: now)
    var unread: [TraceEntry] = []
    return heldBack(&question, into: &unread) == nil
  }

  /// Sets the question's channel to the step's first that reaches the customer.
  ///
  /// - Returns: `nil` if there is one; otherwise what holds each channel, in order.
  private static func heldBack(_ question: inout Question, into trace: inout [TraceEntry]) -> [Verdict]? {
    var held: [Verdict] = []
    for channel in question.step.channels {
      question.channel = channel
      guard let verdict = ask(GateOrder.perChannel, question, channel: channel, into: &trace) else {
        return nil
      }
      held.append(verdict)
    }
    return held
  }

  /// Sets the question's channel to the first that reaches the customer. If there is none, the step waits if
  /// a channel is worth waiting for, but no longer than until the next step could go; otherwise the last
  /// channel's answer is the verdict.
  private static func chooseChannel(_ question: inout Question, into trace: inout [TraceEntry]) -> Verdict? {
    guard let held = heldBack(&question, into: &trace) else { return nil }
    guard let waiting = held.first(where: { $0.kind == .defer }), let gate = waiting.gate else {
      return held.last ?? .skip(.noAddress, endsEnrollment: false)
    }
    // The last entry is displayed as the reason.
    guard let next = nextThatReaches(question) else {
      trace.append(TraceEntry(gate: gate, passed: false, values: ["until": .instant(question.expiresAt)]))
      return waiting
    }
    if next.isDue(at: question.now) {
      trace.append(
        TraceEntry(gate: gate, passed: false, values: ["overtaken_by": .string(next.step.rawValue)]))
      return .skip(gate, endsEnrollment: false)
    }
    let until = min(max(next.ownDueAt, next.dueAt), question.expiresAt + .milliseconds(1))
    trace.append(
      TraceEntry(
        gate: gate, passed: false,
        values: ["until": .instant(until), "overtaken_by": .string(next.step.rawValue)]))
    return .defer(until: until, gate)
  }

  /// The next step, if one of its channels reaches the customer: the current step does not make way for one that
  /// reaches nobody.
  private static func nextThatReaches(_ question: borrowing Question) -> StepTiming? {
    var enrollment = question.enrollment
    enrollment.doneSteps.append(question.step.id)
    guard let next = question.trigger.nextStep(of: enrollment) else { return nil }
    var facts = question.facts
    facts.enrollment = enrollment
    var following = Question(
      facts: facts, program: question.program, trigger: question.trigger, step: next.step, now: question.now)
    var unread: [TraceEntry] = []
    return heldBack(&following, into: &unread) == nil ? following.timing : nil
  }
}
