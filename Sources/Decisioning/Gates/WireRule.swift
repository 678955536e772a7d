package import Domain

/// A gate asked again about a message that was decided earlier and is about to be sent.
///
/// A value like `GateRule`, in the same gate's file, listed in `GateOrder.beforeWire`.
struct WireRule: Sendable {
  /// The gate's name everywhere outside the code.
  let gate: Gate
  let ask: @Sendable (borrowing WireQuestion) -> Answer

  init(_ gate: Gate, ask: @escaping @Sendable (borrowing WireQuestion) -> Answer) {
    self.gate = gate
    self.ask = ask
  }
}

/// A message about to be sent, with everything the gates may look at.
struct WireQuestion: Sendable {
  let due: DueMessage
  /// The enrollment's current facts; `nil` if not read.
  let facts: Facts?
  /// `nil` asks only what the message itself can answer.
  let program: Program?
  let isPaused: Bool
  /// Whether the trigger was removed.
  let isRemoved: Bool
  let window: SendWindow
  let now: Instant

  var message: ClaimedMessage { due.message }
  var trigger: Trigger? { program?.triggers[message.trigger] }
  /// `nil` for a channel that is gone from the program.
  var policy: ChannelPolicy? { program?.channels[message.channel] }

  /// Defers it, or skips it as `expired` if it would be too late by then.
  func wait(until: Instant, _ gate: Gate, _ values: Record) -> Answer {
    guard until <= message.expiresAt else {
      return .skip(.expired, values.adding("expires_at", .instant(message.expiresAt)))
    }
    return .hold(.defer(until: until, gate), values)
  }
}

/// Asks the gates before the wire, for one snapshot of the program at one moment; the daemon does so at each claim.
package struct WireGates: Sendable {
  let program: Program?
  private let paused: Set<TriggerID>
  private let removed: Set<TriggerID>
  let now: Instant
  private var windows: [ExactText?: SendWindow] = [:]

  /// - Parameters:
  ///   - program: `nil` leaves every window open and knows no trigger.
  ///   - paused: the paused triggers.
  ///   - removed: those of the paused triggers that have been removed since.
  package init(program: Program?, paused: Set<TriggerID>, removed: Set<TriggerID> = [], now: Instant) {
    self.program = program
    self.paused = paused
    self.removed = removed
    self.now = now
  }

  /// The first gate of `GateOrder.beforeWire` that holds decides.
  ///
  /// - Parameter facts: the current facts of the enrollment. Without them, the gates that need them pass, and must be
  ///   asked again with them before the message goes.
  package mutating func ask(_ due: DueMessage, facts: Facts? = nil) -> WireAnswer {
    let window = window(inZone: due.timeZone)
    let question = WireQuestion(
      due: due, facts: facts, program: program, isPaused: paused.contains(due.message.trigger),
      isRemoved: removed.contains(due.message.trigger), window: window, now: now)
    for rule in GateOrder.beforeWire {
      guard case .hold(let verdict, let values) = rule.ask(question) else { continue }
      let isPerChannel = GateOrder.perChannel.contains { $0.gate == rule.gate }
      let entry = TraceEntry(
        gate: rule.gate, passed: false, channel: isPerChannel ? due.message.channel : nil, values: values)
      return .holds(Decision(verdict: verdict, trace: [entry]))
    }
    guard case .open(let until) = window else { return .goes(until: nil) }
    return .goes(until: until)
  }

  private mutating func window(inZone name: String?) -> SendWindow {
    guard let program else { return .open(until: nil) }
    let key = name.map { ExactText($0) }
    if let known = windows[key] { return known }
    let window = program.window(inZone: name, at: now)
    windows[key] = window
    return window
  }
}
