/// The effect of a fact on a message: its new state, and what is recorded with it.
///
/// This is the whole state machine of messages. The SQL of the outbox is generated from it, except for the
/// end of an attempt, whose state and writes the statement binds. It does not check who may report a fact
/// about a claimed message: the claim token does.
package struct MessageTransition: Equatable, Sendable {
  /// `nil` if the row is deleted.
  package let state: MessageState?
  package let writes: Writes

  /// - Returns: `nil` if the fact is refused in this state, so that nothing changes.
  package init?(_ state: MessageState, _ fact: MessageFact) {
    let (sources, target, writes) = Self.rule(fact, in: state)
    guard sources.contains(state) else { return nil }
    self.state = target
    var all = writes
    if let target {
      if target.isClaimed, !state.isClaimed { all.insert(.claim) }
      if !target.isClaimed, state.isClaimed { all.insert(.claimEnd) }
      if target.isFinal { all.insert(.end) }
    }
    self.writes = all
  }
}

extension MessageTransition {
  /// What is recorded besides the state.
  package struct Writes: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A new token and a lease.
    package static let claim = Writes(rawValue: 1 << 0)
    /// Clears token and lease.
    package static let claimEnd = Writes(rawValue: 1 << 1)
    /// One more attempt.
    package static let attempt = Writes(rawValue: 1 << 2)
    /// Uncounts the claim's attempt.
    package static let attemptBack = Writes(rawValue: 1 << 3)
    /// When it is next checked.
    package static let dueAt = Writes(rawValue: 1 << 4)
    package static let expiresAt = Writes(rawValue: 1 << 5)
    package static let address = Writes(rawValue: 1 << 6)
    /// When it was first and last handed over.
    package static let handoffAt = Writes(rawValue: 1 << 7)
    /// Outcome and code of the attempt.
    package static let outcome = Writes(rawValue: 1 << 8)
    /// Permanently set: the provider may have accepted it.
    package static let maybeDelivered = Writes(rawValue: 1 << 9)
    /// The address gets nothing more on the channel.
    package static let suppression = Writes(rawValue: 1 << 10)
    /// When it reached its final state.
    package static let end = Writes(rawValue: 1 << 11)
  }

  /// The states that accept a fact, in the order of `MessageState`.
  package static func sources(of fact: MessageFact) -> [MessageState] {
    MessageState.allCases.filter { MessageTransition($0, fact) != nil }
  }

  private typealias Rule = (sources: [MessageState], target: MessageState?, writes: Writes)

  /// The table. `state` matters only if the same fact records different things.
  private static func rule(_ fact: MessageFact, in state: MessageState) -> Rule {
    switch fact {
    case .due: ([.waiting], .queued, [])
    case .broughtForward: ([.waiting], .waiting, .dueAt)
    case .claimed: ([.queued], .leased, .attempt)
    case .putOff:
      state == .leased
        ? ([.leased], .waiting, [.attemptBack, .dueAt, .expiresAt]) : ([.queued], .waiting, .dueAt)
    case .readdressed: ([.leased], .leased, .address)
    case .handedOver: ([.leased], .handoff, .handoffAt)
    case .attemptEnded(let end): rule(end)
    case .acceptedLate: (MessageState.allCases.filter { $0 != .sent }, .sent, .outcome)
    case .takenBack, .leaseLapsed: ([.leased], .queued, .attemptBack)
    case .handoffLapsed(let lapse): ([.handoff], Self.state(after: lapse), [.outcome, .maybeDelivered])
    case .overdue: ([.waiting, .queued], .expired, [])
    case .reasonGone: (MessageState.stoppable, .cancelled, [])
    case .suppressed: (MessageState.stoppable, .suppressed, [])
    case .replaced: ([.leased], .suppressed, [])
    case .channelRemoved: ([.waiting, .queued], .suppressed, [])
    case .unreadable: ([.queued], .dead, [])
    case .quarantined: (MessageState.stoppable, .quarantined, [])
    case .released: ([.quarantined], .queued, [])
    case .dropped: ([.quarantined], .dead, [])
    case .resolved(.sent): ([.ambiguous], .sent, [])
    case .resolved(.dead): ([.ambiguous], .dead, [])
    case .resolved(.retry): ([.ambiguous], .queued, [.dueAt, .expiresAt])
    case .restored: (MessageState.underWay, .ambiguous, [.outcome, .maybeDelivered])
    case .forgotten: (MessageState.allCases, nil, [])
    case .pruned: (MessageState.allCases.filter(\.isFinal), nil, [])
    }
  }

  private static func rule(_ end: AttemptEnd) -> Rule {
    var writes: Writes = .outcome
    if end.state == .waiting { writes.insert(.dueAt) }
    if !end.isCharged { writes.insert(.attemptBack) }
    if end.mayHaveArrived { writes.insert(.maybeDelivered) }
    if end == .addressBad { writes.insert(.suppression) }
    // Without a handoff nothing can have arrived.
    return (end.mayHaveArrived ? [.handoff] : [.leased, .handoff], end.state, writes)
  }

  private static func state(after lapse: MessageFact.LapsedHandoff) -> MessageState {
    switch lapse {
    case .retry: .queued
    case .assumeSent: .sent
    case .park: .ambiguous
    }
  }
}

extension MessageFact {
  /// Whether the fact is refused once the message may have been delivered, because it would be sent twice.
  package var needsUndelivered: Bool {
    switch self {
    case .replaced, .channelRemoved: true
    default: false
    }
  }
}
