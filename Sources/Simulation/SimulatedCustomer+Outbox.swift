import Decisioning
import Domain

/// Messages between their decision and their end. `WireGates` judges them; this carries out the result.
extension SimulatedCustomer {
  /// A message with its clearance.
  private typealias Finding = (waiting: SimulatedMessage, clearance: Clearance)

  /// The program's channels with due messages.
  func channelsDue(_ shop: SimulatedShop, at now: Instant) -> Set<ChannelName> {
    var channels: Set<ChannelName> = []
    for waiting in outbox where waiting.message.dueAt <= now { channels.insert(waiting.message.channel) }
    return channels.filter { shop.program.channels[$0] != nil }
  }

  // MARK: - Before the wire

  /// Ends messages that nobody will claim: at their expiry, or if their channel is gone from the program.
  mutating func sweep(_ shop: SimulatedShop, now: Instant, into slice: inout Slice) {
    if outbox.isEmpty { return }
    let found: [Finding] = outbox.compactMap { waiting in
      let message = waiting.message
      let ending =
        Clearance.Ending.overdue(dueAt: message.dueAt, expiresAt: message.expiresAt, now: now)
        ?? Clearance.Ending.stranded(on: message.channel, shop.program)
      return ending.map { (waiting, .ends($0)) }
    }
    settle(found, in: .waiting, shop, now: now, into: &slice)
  }

  /// Checks every due message of a channel, best first, like one claim: first the messages by themselves, then against
  /// the customer. All are checked before any result is applied.
  ///
  /// - Parameters:
  ///   - suppressed: why the customer's own addresses are suppressed.
  ///   - standing: why any address is suppressed on a channel.
  /// - Returns: the messages that may go, each with its current address.
  mutating func clear(
    on channel: ChannelName, _ shop: SimulatedShop, suppressed: [ChannelName: SuppressionReason],
    standing: (String) -> SuppressionReason?, now: Instant, into slice: inout Slice
  ) -> [SimulatedMessage] {
    let due = outbox.enumerated()
      .filter { $0.element.message.channel == channel && $0.element.message.dueAt <= now }
      .sorted { rank($0.element, $0.offset) < rank($1.element, $1.offset) }.map(\.element)
    if due.isEmpty { return [] }
    var gates = shop.gates(at: now)
    var held: [Finding] = []
    var claimed: [SimulatedMessage] = []
    for waiting in due {
      let question = DueMessage(
        message: waiting.claimed, suppression: standing(waiting.message.content.to),
        consent: state.customer.consent[channel], timeZone: state.customer.timeZone)
      switch gates.ask(question) {
      case .goes: claimed.append(waiting)
      case .holds(let decision): held.append((waiting, Clearance(heldBy: decision)))
      }
    }
    settle(held, in: .queued, shop, now: now, into: &slice)
    let found = claimed.map { waiting in
      (waiting, lookAgain(at: waiting.claimed, shop, suppressed: suppressed, standing: standing, &gates))
    }
    settle(found, in: .leased, shop, now: now, into: &slice)
    return found.compactMap { waiting, clearance in
      guard case .goes(let address) = clearance else { return nil }
      var message = waiting
      message.message.content.to = address
      return message
    }
  }

  private func rank(_ waiting: SimulatedMessage, _ place: Int) -> (Int, Instant, Int) {
    (waiting.message.priority, waiting.message.dueAt, place)
  }

  private func lookAgain(
    at message: ClaimedMessage, _ shop: SimulatedShop, suppressed: [ChannelName: SuppressionReason],
    standing: (String) -> SuppressionReason?, _ gates: inout WireGates
  ) -> Clearance {
    guard let enrollment = enrollment(message.enrollment) else { return .goes(to: message.content.to) }
    let facts = Facts(
      enrollment: enrollment, state: state, catalog: shop.catalog, eventsSince: pastEvents(shop.rules),
      messages: stepMessages(of: enrollment, shop.program))
    let clearance = gates.lookAgain(at: message, facts: facts) {
      WireGates.Reach(messages: facts.messages, suppressed: suppressed)
    }
    guard case .goes(let address) = clearance, !address.hasSameBytes(as: message.content.to) else {
      return clearance
    }
    return gates.redirect(message, to: address, suppression: standing(address))
  }

  /// Applies the results to the messages first and then to their steps, as in one transaction. None of these messages
  /// can have been delivered: those handed over without an answer have already ended.
  ///
  /// - Parameter state: their current state.
  private mutating func settle(
    _ found: [Finding], in state: MessageState, _ shop: SimulatedShop, now: Instant, into slice: inout Slice
  ) {
    for (waiting, clearance) in found {
      if let ending = clearance.ending { end(waiting, by: ending.fact, in: state, now: now, into: &slice) }
      if let wait = clearance.wait(of: waiting.claimed, now: now) { putOff(waiting, wait) }
    }
    for (waiting, clearance) in found {
      let isReopened =
        clearance.ending.map { reopen(waiting.message, $0.reopening, shop, now: now) } ?? false
      guard let decision = clearance.record(of: waiting.claimed, isReopened: isReopened, at: now) else {
        continue
      }
      if clearance.ending == nil, isRepeated(decision) { continue }
      record(decision, into: &slice)
    }
  }

  private func isRepeated(_ deferral: StoredDecision) -> Bool {
    waits[deferral.enrollment]?.last[deferral.step].map { deferral.repeats($0.gate, until: $0.until) }
      ?? false
  }

  // MARK: - Behind the wire

  /// Records how the handovers of messages ended.
  mutating func end(
    _ sent: [(message: SimulatedMessage, outcome: DeliveryPolicy.Outcome)], _ shop: SimulatedShop,
    now: Instant, into slice: inout Slice
  ) {
    for (message, outcome) in sent {
      let attempt = outcome.attemptEnd(of: message.message)
      if case .retry(let at) = outcome, attempt == .retryLater {
        guard let place = place(of: message) else { continue }
        outbox[place] = message
        outbox[place].attempts += 1
        outbox[place].message.dueAt = max(at, now + .milliseconds(1))
      } else {
        end(message, by: .attemptEnded(attempt), in: .handoff, now: now, into: &slice)
      }
    }
    for (message, outcome) in sent where outcome == .badAddress {
      _ = reopen(message.message, .onOtherChannel, shop, now: now)
    }
  }

  /// Ends marketing on a channel that the customer has withdrawn consent for.
  mutating func suppressWaiting(on channel: ChannelName, now: Instant, into slice: inout Slice) {
    for waiting in outbox
    where waiting.message.channel == channel && waiting.message.content.purpose == .marketing {
      end(waiting, by: .suppressed, in: .waiting, now: now, into: &slice)
    }
  }

  /// Cancels the message of a step that another system sent.
  mutating func cancel(_ step: StepID, of enrollment: Int64, now: Instant, into slice: inout Slice) {
    for waiting in outbox where waiting.message.enrollment == enrollment && waiting.message.step == step {
      end(waiting, by: .reasonGone, in: .queued, now: now, into: &slice)
    }
  }

  /// Ends messages of steps that were sent, or are about to be, under another id of the customer.
  mutating func cancelRepeated(of enrollments: Set<Int64>, now: Instant, into slice: inout Slice) {
    struct Step: Hashable {
      var enrollment: Int64
      var step: StepID
    }
    var taken = Set(
      messages.filter { past in
        guard enrollments.contains(past.enrollment), case .handedOver = past.fate else { return false }
        return true
      }.map { Step(enrollment: $0.enrollment, step: $0.step) })
    for waiting in outbox.sorted(by: { $0.decidedAt < $1.decidedAt })
    where enrollments.contains(waiting.message.enrollment) {
      guard !taken.insert(Step(enrollment: waiting.message.enrollment, step: waiting.message.step)).inserted
      else { continue }
      end(waiting, by: .reasonGone, in: .waiting, now: now, into: &slice)
    }
  }

  // MARK: - Writing

  private func place(of waiting: SimulatedMessage) -> Int? {
    outbox.firstIndex {
      $0.message.enrollment == waiting.message.enrollment && $0.message.step == waiting.message.step
    }
  }

  private mutating func putOff(_ waiting: SimulatedMessage, _ wait: (until: Instant, expiresAt: Instant)) {
    guard let place = place(of: waiting) else { return }
    (outbox[place].message.dueAt, outbox[place].message.expiresAt) = wait
  }

  private mutating func end(
    _ waiting: SimulatedMessage, by fact: MessageFact, in state: MessageState, now: Instant,
    into slice: inout Slice
  ) {
    guard let place = place(of: waiting), let end = MessageTransition(state, fact)?.state else { return }
    if let past = messages.lastIndex(where: { waiting.isMessage(of: $0) }) {
      messages[past].fate = PastMessage.Fate(end, by: fact, at: now)
    }
    if end == .sent { marks.append((waiting.message.trigger, .sent, now)) }
    if fact == .attemptEnded(.addressBad) { marks.append((waiting.message.trigger, .bounced, now)) }
    outbox.remove(at: place)
    slice.ended.append(Slice.Ended(at: now, customerID: id, message: waiting, state: end))
  }

  private mutating func reopen(
    _ message: NewMessage, _ reopening: Clearance.Reopening, _ shop: SimulatedShop, now: Instant
  ) -> Bool {
    guard reopening != .no, var enrollment = enrollment(message.enrollment) else { return false }
    let isReopened = enrollment.reopen(
      message.step, triedOn: reopening == .onOtherChannel ? message.channel : nil, in: shop.program,
      after: stepMessages(of: enrollment, shop.program), now: now)
    if isReopened { replace(enrollment) }
    return isReopened
  }
}

extension DeliveryPolicy.Outcome {
  fileprivate func attemptEnd(of message: NewMessage) -> AttemptEnd {
    switch self {
    case .accepted: .accepted
    case .badAddress: .addressBad
    case .refused: .refused
    case .unanswered: .unanswered
    case .retry(let at): .retry(at: at, expiresAt: message.expiresAt)
    }
  }
}

extension PastMessage.Fate {
  /// The state of a message that has ended, or whose result is unknown.
  fileprivate init(_ state: MessageState, by fact: MessageFact, at now: Instant) {
    self =
      switch state {
      case .sent, .ambiguous: .handedOver(at: now)
      case .suppressed: .reachedNobody
      case .dead where fact == .attemptEnded(.addressBad): .reachedNobody
      default: .givenUp
      }
  }
}
