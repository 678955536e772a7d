import Domain

/// A gate: a question about a due step, with its answer.
///
/// A gate is a value with a pure function. It is a static member of this type in its own file, listed in `GateOrder`;
/// nothing else needs to know about it.
struct GateRule: Sendable {
  /// The gate's name everywhere outside the code.
  let gate: Gate
  let ask: @Sendable (borrowing Question) -> Answer

  init(_ gate: Gate, ask: @escaping @Sendable (borrowing Question) -> Answer) {
    self.gate = gate
    self.ask = ask
  }
}

/// A gate's answer, with its input values.
enum Answer {
  case pass(Record = Record())
  case hold(Verdict, Record)

  /// Settles the step without a message; later steps are unaffected.
  static func skip(_ gate: Gate, _ values: Record) -> Answer {
    .hold(.skip(gate, endsEnrollment: false), values)
  }
}

/// A due step, with everything the gates may look at.
struct Question: Sendable {
  let facts: Facts
  let step: Step
  let timing: StepTiming
  let now: Instant
  let zone: TimeZoneRules
  /// The channel in question, or the chosen one.
  var channel: ChannelName
  let scope: Scope

  init(facts: Facts, program: Program, trigger: Trigger, step: Step, now: Instant) {
    self.facts = facts
    self.step = step
    timing = StepTiming(step, of: facts.enrollment, trigger, after: facts.messages, now: now)
    self.now = now
    zone = program.zone(of: facts.state.customer)
    channel = step.channels.first ?? ""
    scope = Scope(
      program: program, trigger: trigger, state: facts.shared, catalog: facts.catalog,
      subject: facts.enrollment.subject, now: now)
  }

  var program: Program { scope.program }
  var trigger: Trigger { scope.trigger }
  var enrollment: Enrollment { facts.enrollment }
  var customer: Customer { facts.state.customer }
  /// When the step fell due; before `now` if it was deferred or the daemon was down.
  var dueAt: Instant { timing.dueAt }
  var expiresAt: Instant { timing.expiresAt }
  /// `nil` for a channel missing in the configuration; `check` refuses such a step.
  var policy: ChannelPolicy? { program.channels[channel] }
}
