package import Domain

/// What happens to a decided message that is about to be sent, and to its step: the result of the gates
/// before the wire, and of changes since the decision.
///
/// The daemon and the simulation get it from `WireGates` and carry it out; nothing else judges messages.
package enum Clearance: Equatable, Sendable {
  /// It may be sent to this address.
  case goes(to: String)
  /// It must wait until the time in this timing, to keep its distance from the message of an earlier step.
  /// Not recorded.
  case keepsDistance(StepTiming)
  /// A gate defers it.
  case waits(Decision)
  /// It ends.
  case ends(Ending)

  package struct Ending: Equatable, Sendable {
    /// `MessageTransition` gives the resulting state.
    package var fact: MessageFact
    package var decision: Decision
    package var reopening: Reopening

    package init(_ fact: MessageFact, _ decision: Decision, _ reopening: Reopening) {
      self.fact = fact
      self.decision = decision
      self.reopening = reopening
    }
  }

  /// Whether the step of an ended message is decided again, if it still can be.
  package enum Reopening: Equatable, Sendable {
    case no
    /// On another channel, since the message's own did not reach the customer.
    case onOtherChannel
    /// As the program defines it now.
    case asItIsNow
  }
}

extension Clearance {
  /// The effect of a gate that holds a message at its claim, judged by the message alone.
  package init(heldBy decision: Decision) {
    let fact = MessageFact(heldBy: decision.verdict)
    self =
      switch fact {
      case .putOff: .waits(decision)
      case .suppressed: .ends(Ending(fact, decision, .onOtherChannel))
      default: .ends(Ending(fact, decision, .no))
      }
  }

  /// When a waiting message is checked again, and when it expires; `nil` if it does not wait.
  package func wait(of message: ClaimedMessage, now: Instant) -> (until: Instant, expiresAt: Instant)? {
    switch self {
    case .keepsDistance(let timing): (timing.dueAt, max(message.expiresAt, timing.expiresAt))
    case .waits(let decision): (decision.verdict.until ?? now, message.expiresAt)
    case .goes, .ends: nil
    }
  }

  package var ending: Ending? {
    if case .ends(let ending) = self { ending } else { nil }
  }

  /// The decision to record; `nil` if there is none. A wait is recorded only once, however often it is
  /// checked.
  ///
  /// - Parameter isReopened: whether the step of an ended message is decided again.
  package func record(
    of message: ClaimedMessage, isReopened: Bool = false, at now: Instant
  ) -> StoredDecision? {
    switch self {
    case .goes, .keepsDistance: nil
    case .waits(let decision): StoredDecision(decision, of: message, at: now)
    case .ends(let ending) where ending.fact == .reasonGone:
      StoredDecision(ending.decision, of: message, at: now)
    case .ends(let ending):
      StoredDecision(ending: message, by: ending.decision, isReopened: isReopened, at: now)
    }
  }
}

extension Clearance.Ending {
  /// What to do instead if `fact` is refused, because the message may have been delivered and another would replace
  /// it: it keeps waiting if it can, and otherwise ends without a replacement.
  package var withoutReplacement: Clearance {
    decision.verdict.kind == .defer
      ? .waits(decision) : .ends(Clearance.Ending(.reasonGone, decision, .no))
  }

  /// For a message that was not claimed in time: it ends at its expiry, whatever it waits for.
  ///
  /// - Returns: `nil` before its expiry.
  package static func overdue(dueAt: Instant, expiresAt: Instant, now: Instant) -> Clearance.Ending? {
    expiresAt <= now
      ? Clearance.Ending(.overdue, Decider.overdue(dueAt: dueAt, expiresAt: expiresAt), .no) : nil
  }

  /// For a message on a channel that was removed from the program, which no lane claims.
  ///
  /// - Returns: `nil` while the program has the channel.
  package static func stranded(on channel: ChannelName, _ program: Program) -> Clearance.Ending? {
    program.channels[channel] == nil
      ? Clearance.Ending(.channelRemoved, Decider.removed(channel), .asItIsNow) : nil
  }
}
