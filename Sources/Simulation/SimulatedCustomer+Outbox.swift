import Decisioning
import Domain

extension SimulatedCustomer {
  func hasMessagesDue(at now: Instant) -> Bool { outbox.contains { $0.message.dueAt <= now } }

  /// Asks again about every message that is due, best first. - Returns: those that may go.
  mutating func clear(
    _ shop: SimulatedShop, suppressed: [ChannelName: SuppressionReason], now: Instant,
    standing: (ChannelName, String) -> SuppressionReason?, into slice: inout Slice
  ) -> [SimulatedMessage] {
    let due = outbox.enumerated().filter { $0.element.message.dueAt <= now }
      .sorted { rank($0.element, $0.offset) < rank($1.element, $1.offset) }.map(\.element)
    var cleared: [SimulatedMessage] = []
    for waiting in due {
      let clearance = clearance(of: waiting, shop, suppressed: suppressed, standing: standing, now: now)
      switch clearance {
      case .goes(let address):
        var message = waiting
        message.message.content.to = address
        cleared.append(message)
      case .waits(let until, let expiresAt, let decision):
        putOff(waiting, until: until, expiresAt: expiresAt)
        // One record says that it waits, however often it is asked again.
        guard let decision else { continue }
        let deferral = StoredDecision(decision, of: waiting.claimed, at: now)
        if !isRepeated(deferral) { record(deferral, into: &slice) }
      case .ends(let state, let decision, let reopening):
        end(waiting, state, fate: state == .suppressed ? .reachedNobody : .givenUp, now: now, into: &slice)
        let isReopened = reopen(waiting.message, reopening, shop, now: now)
        guard let decision else { continue }
        record(
          state == .cancelled
            ? StoredDecision(decision, of: waiting.claimed, at: now)
            : StoredDecision(ending: waiting.claimed, by: decision, isReopened: isReopened, at: now),
          into: &slice)
      }
    }
    return cleared
  }

  private func rank(_ waiting: SimulatedMessage, _ place: Int) -> (Int, Instant, Int) {
    (waiting.message.priority, waiting.message.dueAt, place)
  }

  /// Writes down how the handover of a message ended.
  mutating func end(
    _ sent: SimulatedMessage, _ outcome: DeliveryPolicy.Outcome, _ shop: SimulatedShop, now: Instant,
    into slice: inout Slice
  ) {
    switch outcome {
    case .accepted: end(sent, .sent, fate: .handedOver(at: now), now: now, into: &slice)
    case .unanswered: end(sent, .ambiguous, fate: .handedOver(at: now), now: now, into: &slice)
    case .refused: end(sent, .dead, fate: .givenUp, now: now, into: &slice)
    case .badAddress:
      end(sent, .dead, fate: .reachedNobody, now: now, into: &slice)
      _ = reopen(sent.message, .onOtherChannel, shop, now: now)
    case .retry(let at):
      guard let place = place(of: sent) else { return }
      outbox[place] = sent
      outbox[place].attempts += 1
      outbox[place].message.dueAt = max(at, now + .milliseconds(1))
    }
  }

  /// Ends marketing on a channel that the customer has withdrawn consent for.
  mutating func suppressWaiting(on channel: ChannelName, now: Instant, into slice: inout Slice) {
    for waiting in outbox
    where waiting.message.channel == channel && waiting.message.content.purpose == .marketing {
      end(waiting, .suppressed, fate: .reachedNobody, now: now, into: &slice)
    }
  }

  private func place(of waiting: SimulatedMessage) -> Int? {
    outbox.firstIndex {
      $0.message.enrollment == waiting.message.enrollment && $0.message.step == waiting.message.step
    }
  }

  private mutating func putOff(_ waiting: SimulatedMessage, until: Instant, expiresAt: Instant) {
    guard let place = place(of: waiting) else { return }
    outbox[place].message.dueAt = until
    outbox[place].message.expiresAt = expiresAt
  }

  private mutating func end(
    _ waiting: SimulatedMessage, _ state: MessageState, fate: PastMessage.Fate, now: Instant,
    into slice: inout Slice
  ) {
    guard let place = place(of: waiting) else { return }
    if let past = messages.lastIndex(where: { waiting.isMessage(of: $0) }) { messages[past].fate = fate }
    outbox.remove(at: place)
    slice.ended.append(Slice.Ended(at: now, customerID: id, message: waiting, state: state))
  }

  private mutating func reopen(
    _ message: NewMessage, _ reopening: Clearance.Reopening, _ shop: SimulatedShop, now: Instant
  ) -> Bool {
    let tried: ChannelName?
    switch reopening {
    case .none: return false
    case .onOtherChannel: tried = message.channel
    case .asItIsNow: tried = nil
    }
    guard var enrollment = enrollment(message.enrollment) else { return false }
    let others = stepMessages(of: enrollment, shop.program)
    let isReopened = enrollment.reopen(
      message.step, triedOn: tried, in: shop.program, after: others, now: now)
    if isReopened { replace(enrollment) }
    return isReopened
  }

  private func isRepeated(_ deferral: StoredDecision) -> Bool {
    waits[deferral.enrollment]?.last[deferral.step].map { deferral.repeats($0.gate, until: $0.until) }
      ?? false
  }
}
