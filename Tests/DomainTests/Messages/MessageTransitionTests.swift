import Domain
import Testing

struct MessageTransitionTests {
  /// Every fact with what follows in each state in which it is taken; in all others it is refused.
  private static let table = """
    due: waiting>queued
    broughtForward: waiting>waiting[dueAt]
    claimed: queued>leased[claim attempt]
    putOff: queued>waiting[dueAt] leased>waiting[claimEnd attemptBack dueAt expiresAt]
    readdressed: leased>leased[address]
    handedOver: leased>handoff[handoffAt]
    attemptEnded(accepted): leased>sent[claimEnd outcome end] handoff>sent[claimEnd outcome end]
    attemptEnded(refused): leased>dead[claimEnd outcome end] handoff>dead[claimEnd outcome end]
    attemptEnded(addressBad): leased>dead[claimEnd outcome suppression end] handoff>dead[claimEnd outcome suppression end]
    attemptEnded(retryLater): leased>waiting[claimEnd dueAt outcome] handoff>waiting[claimEnd dueAt outcome]
    attemptEnded(retryUncharged): leased>waiting[claimEnd attemptBack dueAt outcome] handoff>waiting[claimEnd attemptBack dueAt outcome]
    attemptEnded(tooLate): leased>expired[claimEnd outcome end] handoff>expired[claimEnd outcome end]
    attemptEnded(tooLateUncharged): leased>expired[claimEnd attemptBack outcome end] handoff>expired[claimEnd attemptBack outcome end]
    attemptEnded(givenBack): leased>queued[claimEnd attemptBack outcome] handoff>queued[claimEnd attemptBack outcome]
    attemptEnded(unanswered): handoff>ambiguous[claimEnd outcome maybeDelivered]
    attemptEnded(unansweredRetry): handoff>waiting[claimEnd dueAt outcome maybeDelivered]
    attemptEnded(unansweredAssumed): handoff>sent[claimEnd outcome maybeDelivered end]
    acceptedLate: waiting>sent[outcome end] queued>sent[outcome end] leased>sent[claimEnd outcome end] handoff>sent[claimEnd outcome end] ambiguous>sent[outcome end] quarantined>sent[outcome end] dead>sent[outcome end] expired>sent[outcome end] cancelled>sent[outcome end] suppressed>sent[outcome end]
    takenBack: leased>queued[claimEnd attemptBack]
    leaseLapsed: leased>queued[claimEnd attemptBack]
    handoffLapsed(retry): handoff>queued[claimEnd outcome maybeDelivered]
    handoffLapsed(assumeSent): handoff>sent[claimEnd outcome maybeDelivered end]
    handoffLapsed(park): handoff>ambiguous[claimEnd outcome maybeDelivered]
    overdue: waiting>expired[end] queued>expired[end]
    reasonGone: waiting>cancelled[end] queued>cancelled[end] leased>cancelled[claimEnd end]
    suppressed: waiting>suppressed[end] queued>suppressed[end] leased>suppressed[claimEnd end]
    replaced: leased>suppressed[claimEnd end]
    channelRemoved: waiting>suppressed[end] queued>suppressed[end]
    unreadable: queued>dead[end]
    quarantined: waiting>quarantined queued>quarantined leased>quarantined[claimEnd]
    released: quarantined>queued
    dropped: quarantined>dead[end]
    resolved(sent): ambiguous>sent[end]
    resolved(dead): ambiguous>dead[end]
    resolved(retry): ambiguous>queued[dueAt expiresAt]
    restored: waiting>ambiguous[outcome maybeDelivered] queued>ambiguous[outcome maybeDelivered] leased>ambiguous[claimEnd outcome maybeDelivered] handoff>ambiguous[claimEnd outcome maybeDelivered]
    forgotten: waiting> queued> leased> handoff> ambiguous> quarantined> sent> dead> expired> cancelled> suppressed>
    pruned: sent> dead> expired> cancelled> suppressed>
    """

  private static let names: [(MessageTransition.Writes, String)] = [
    (.claim, "claim"), (.claimEnd, "claimEnd"), (.attempt, "attempt"), (.attemptBack, "attemptBack"),
    (.dueAt, "dueAt"), (.expiresAt, "expiresAt"), (.address, "address"), (.handoffAt, "handoffAt"),
    (.outcome, "outcome"), (.maybeDelivered, "maybeDelivered"), (.suppression, "suppression"), (.end, "end"),
  ]

  private static func name(_ fact: MessageFact) -> String {
    switch fact {
    case .attemptEnded(let end): "attemptEnded(\(end))"
    case .handoffLapsed(let lapse): "handoffLapsed(\(lapse))"
    case .resolved(let resolution): "resolved(\(resolution))"
    default: "\(fact)"
    }
  }

  private static func text(_ state: MessageState, _ transition: MessageTransition) -> String {
    let writes = names.filter { transition.writes.contains($0.0) }.map(\.1)
    let recorded = writes.isEmpty ? "" : "[\(writes.joined(separator: " "))]"
    return "\(state.rawValue)>\(transition.state?.rawValue ?? "")\(recorded)"
  }

  @Test func `every fact in every state has its consequence, or is refused`() {
    let lines = MessageFact.allCases.map { fact in
      let taken = MessageState.allCases.compactMap { state in
        MessageTransition(state, fact).map { Self.text(state, $0) }
      }
      return "\(Self.name(fact)): \(taken.joined(separator: " "))"
    }
    let expected = Self.table.split(separator: "\n").map { String($0) }
    #expect(lines.count == expected.count)
    for (line, wanted) in zip(lines, expected) { #expect(line == wanted) }
  }

  /// Every pair that is taken.
  private static let pairs = MessageFact.allCases.flatMap { fact in
    MessageState.allCases.compactMap { state in
      MessageTransition(state, fact).map { (state: state, fact: fact, transition: $0) }
    }
  }

  @Test func `a token exists exactly while the message is claimed`() {
    for (state, fact, transition) in Self.pairs {
      guard let target = transition.state else { continue }
      #expect(transition.writes.contains(.claim) == (target.isClaimed && !state.isClaimed), "\(fact)")
      #expect(transition.writes.contains(.claimEnd) == (state.isClaimed && !target.isClaimed), "\(fact)")
      #expect(transition.writes.contains(.end) == target.isFinal, "\(fact)")
    }
  }

  @Test func `an attempt is counted when it is claimed, and given back only by a claim that ends`() {
    for (_, fact, transition) in Self.pairs {
      #expect(transition.writes.contains(.attempt) == (fact == .claimed))
      if transition.writes.contains(.attemptBack) {
        #expect(transition.writes.contains(.claimEnd), "\(fact)")
      }
    }
  }

  @Test func `what has ended stays so, unless the provider says that it has it`() {
    for (state, fact, transition) in Self.pairs where state.isFinal {
      #expect(transition.state == nil || fact == .acceptedLate, "\(fact)")
    }
  }

  @Test func `behind the handoff nothing stops a message but its answer, or the want of one`() {
    let facts = Self.pairs.filter { $0.state == .handoff }.map(\.fact)
    let stops: [MessageFact] = [
      .suppressed, .reasonGone, .overdue, .replaced, .channelRemoved, .quarantined, .takenBack, .leaseLapsed,
    ]
    #expect(facts.contains(.attemptEnded(.unanswered)))
    #expect(stops.allSatisfy { !facts.contains($0) })
  }

  @Test func `the end of an attempt says the same as the table`() throws {
    for end in AttemptEnd.allCases {
      let transition = try #require(MessageTransition(.handoff, .attemptEnded(end)))
      #expect(transition.state == end.state)
      #expect(transition.writes.contains(.attemptBack) == !end.isCharged)
      #expect(transition.writes.contains(.maybeDelivered) == end.mayHaveArrived)
    }
  }

  @Test func `what may have been delivered is not replaced by another message`() {
    #expect(MessageFact.allCases.filter(\.needsUndelivered) == [.replaced, .channelRemoved])
  }

  @Test func `whatever gate holds a queued message, something follows`() {
    let now = Instant(seconds: 0)
    for gate in Gate.allCases {
      let verdicts: [Verdict] = [
        .defer(until: now, gate), .skip(gate, endsEnrollment: false), .skip(gate, endsEnrollment: true),
        .withhold(gate),
      ]
      let states = verdicts.map { MessageTransition(.queued, MessageFact(heldBy: $0))?.state }
      let end: MessageState =
        switch gate {
        case .expired: .expired
        case .noAddress, .suppressed, .noConsent: .suppressed
        default: .cancelled
        }
      #expect(states == [.waiting, end, end, .cancelled], "\(gate)")
    }
  }
}
