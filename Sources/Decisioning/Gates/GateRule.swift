import Domain

/// One gate: a question about a step that is due, and the answer.
///
/// A gate is a value with a pure function in it. It lives in a file of its own as a static member of this
/// type, and stands in one of the lists of `GateOrder`; nothing else has to know of it.
struct GateRule: Sendable {
  /// The word for this gate everywhere outside the code.
  let gate: Gate
  let ask: @Sendable (borrowing Question) -> Answer

  init(_ gate: Gate, ask: @escaping @Sendable (borrowing Question) -> Answer) {
    self.gate = gate
    self.ask = ask
  }
}

/// What a gate says, with the values it saw.
enum Answer {
  case pass(Record = Record())
  case hold(Verdict, Record)

  /// The step is settled without a message; the steps after it stand.
  static func skip(_ gate: Gate, _ values: Record) -> Answer {
    .hold(.skip(gate, endsEnrollment: false), values)
  }
}

/// A step that is due, with all that the gates may look at.
struct Question: Sendable {
  let facts: Facts
  let step: Step
  let timing: StepTiming
  let now: Instant
  let zone: TimeZoneRules
  /// The channel that is being asked about, or that was chosen.
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
  /// When the step fell due; before `now` when it was deferred or the daemon was away.
  var dueAt: Instant { timing.dueAt }
  var expiresAt: Instant { timing.expiresAt }
  /// `nil` for a channel that the configuration does not have; `check` refuses such a step.
  var policy: ChannelPolicy? { program.channels[channel] }
}
