import Decisioning
import Domain

/// What is asked again about a message before the wire, and the answer.
enum Clearance {
  /// It may go to this address.
  case goes(to: String)
  /// It is looked at again at `until`.
  case waits(until: Instant, expiresAt: Instant, Decision?)
  case ends(MessageState, Decision?, Reopening)

  /// What becomes of the step of a message that ended.
  enum Reopening {
    case none
    /// It is decided again for a channel other than that of the message.
    case onOtherChannel
    /// It is decided again as the program now has it.
    case asItIsNow
  }
}

extension SimulatedCustomer {
  /// Asks `GateOrder.beforeWire` twice, as the daemon does: at the claim by what the message itself tells, then by the
  /// facts of its enrollment.
  ///
  /// - Parameters:
  ///   - suppressed: why the customer's own addresses are suppressed.
  ///   - standing: why any address is suppressed on a channel.
  func clearance(
    of waiting: SimulatedMessage, _ shop: SimulatedShop, suppressed: [ChannelName: SuppressionReason],
    standing: (ChannelName, String) -> SuppressionReason?, now: Instant
  ) -> Clearance {
    let (program, customer) = (shop.program, state.customer)
    let message = waiting.claimed
    var due = DueMessage(
      message: message, suppression: standing(message.channel, message.content.to),
      consent: customer.consent[message.channel], timeZone: customer.timeZone)
    var gates = WireGates(
      program: program, paused: shop.paused, removed: shop.paused.filter { program.triggers[$0] == nil },
      now: now)
    if case .holds(let decision) = gates.ask(due) {
      switch MessageFact(heldBy: decision.verdict) {
      case .putOff: return wait(decision, message, now)
      case .overdue: return .ends(.expired, decision, .none)
      case .suppressed: return .ends(.suppressed, decision, .onOtherChannel)
      default: return .ends(.cancelled, decision, .none)
      }
    }
    guard let enrollment = enrollment(message.enrollment) else { return .ends(.cancelled, nil, .none) }
    var facts = Facts(
      enrollment: enrollment, state: state, catalog: shop.catalog, eventsSince: pastEvents(shop.rules),
      messages: stepMessages(of: enrollment, program))
    if let timing = Decider.distance(step: message.step, facts: facts, program: program, now: now) {
      return .waits(until: timing.dueAt, expiresAt: max(message.expiresAt, timing.expiresAt), nil)
    }
    due.suppression = nil
    guard case .holds(let decision) = gates.ask(due, facts: facts) else {
      return address(of: message, program, &gates, standing)
    }
    switch MessageFact(heldBy: decision.verdict) {
    case .putOff:
      guard decision.verdict.gate == .noAddress else { return wait(decision, message, now) }
      facts.suppressed = suppressed
      let hasOtherChannel = Decider.reachesOtherwise(
        step: message.step, triedOn: message.channel, facts: facts, program: program, now: now)
      return hasOtherChannel
        ? .ends(.suppressed, decision, .onOtherChannel) : wait(decision, message, now)
    case .suppressed: return .ends(.suppressed, decision, .asItIsNow)
    default: return .ends(.cancelled, decision, .none)
    }
  }

  private func wait(_ decision: Decision, _ message: ClaimedMessage, _ now: Instant) -> Clearance {
    .waits(until: decision.verdict.until ?? now, expiresAt: message.expiresAt, decision)
  }

  /// Where a message that may go is sent by now.
  private func address(
    of message: ClaimedMessage, _ program: Program, _ gates: inout WireGates,
    _ standing: (ChannelName, String) -> SuppressionReason?
  ) -> Clearance {
    guard let address = Decider.address(on: message.channel, of: state.customer, program: program),
      !address.hasSameBytes(as: message.content.to)
    else { return .goes(to: message.content.to) }
    if let reason = standing(message.channel, address) {
      // Consent was asked above.
      let moved = DueMessage(message: message, suppression: reason, consent: .granted, timeZone: nil)
      if case .holds(let decision) = gates.ask(moved), MessageFact(heldBy: decision.verdict) == .suppressed {
        return .ends(.suppressed, decision, .onOtherChannel)
      }
    }
    return .goes(to: address)
  }
}
