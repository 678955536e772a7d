package import Domain

/// What becomes of a message that was decided and is about to go, and of its step: what the gates before the wire answer,
/// and what has changed since it was decided.
///
/// The daemon and the simulation ask `WireGates` for it and carry it out; nothing about a message is judged elsewhere.
package enum Clearance: Equatable, Sendable {
  /// It may go, to this address.
  case goes(to: String)
  /// It has to wait for its time by this timing, to keep its distance from the message of an earlier step. Until then
  /// nothing is said of it.
  case keepsDistance(StepTiming)
  /// A gate puts it off.
  case waits(Decision)
  /// It comes to its end.
  case ends(Ending)

  package struct Ending: Equatable, Sendable {
    /// `MessageTransition` says what state it leads to.
    package var fact: MessageFact
    package var decision: Decision
    package var reopening: Reopening

    package init(_ fact: MessageFact, _ decision: Decision, _ reopening: Reopening) {
      self.fact = fact
      self.decision = decision
      self.reopening = reopening
    }
  }

  /// Whether the step of a message that ended is decided again, if it still can be.
  package enum Reopening: Equatable, Sendable {
    case no
    /// For a channel other than that of the message, which reached nobody there.
    case onOtherChannel
    /// As the program now has it.
    case asItIsNow
  }
}

extension Clearance {
  /// What it means that a gate holds a message at its claim, by what the message itself tells.
  package init(heldBy decision: Decision) {
    let fact = MessageFact(heldBy: decision.verdict)
    self =
      switch fact {
      case .putOff: .waits(decision)
      case .suppressed: .ends(Ending(fact, decision, .onOtherChannel))
      default: .ends(Ending(fact, decision, .no))
      }
  }

  /// When a message that waits is looked at again, and when it expires by then; `nil` when it does not wait.
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

  /// How it stands in the record; `nil` when nothing is said. That a message waits is said once, however often it is
  /// asked again.
  ///
  /// - Parameter isReopened: whether the step of a message that ended is decided again.
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
  /// What becomes of the message instead when it may have been delivered, and `fact` is refused for it because another
  /// would take its place: what could still come is waited for, and else it ends without another.
  package var withoutReplacement: Clearance {
    decision.verdict.kind == .defer
      ? .waits(decision) : .ends(Clearance.Ending(.reasonGone, decision, .no))
  }

  /// Of a message that nobody has claimed in time: it ends at its expiry, whatever it waits for.
  ///
  /// - Returns: `nil` before that.
  package static func overdue(dueAt: Instant, expiresAt: Instant, now: Instant) -> Clearance.Ending? {
    expiresAt <= now
      ? Clearance.Ending(.overdue, Decider.overdue(dueAt: dueAt, expiresAt: expiresAt), .no) : nil
  }

  /// Of a message on a channel that nobody claims from, because it is gone from the program.
  ///
  /// - Returns: `nil` while the program has the channel.
  package static func stranded(on channel: ChannelName, _ program: Program) -> Clearance.Ending? {
    program.channels[channel] == nil
      ? Clearance.Ending(.channelRemoved, Decider.removed(channel), .asItIsNow) : nil
  }
}
