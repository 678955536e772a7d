import Decisioning
import Domain

extension SimulatedCustomer {
  /// Decides everything due at `now`, like one round of the scheduler.
  mutating func decideDue(
    _ shop: SimulatedShop, suppressed: [ChannelName: SuppressionReason], now: Instant, into slice: inout Slice
  ) {
    let due = state.enrollments.filter { enrollment in enrollment.nextDueAt.map { $0 <= now } ?? false }
    if due.isEmpty { return }
    let settlements = Decider.settle(
      customer: facts(of: due, shop, suppressed: suppressed, now: now), program: shop.program, now: now)
    for settlement in settlements {
      replace(settlement.enrollment)
      if let decision = settlement.record(at: now) { record(decision, into: &slice) }
      if let message = settlement.message { enqueue(message, now: now, into: &slice) }
    }
    for settlement in settlements where settlement.replans {
      replan(settlement.enrollment.trigger, shop, now: now)
    }
  }

  mutating func record(_ decision: StoredDecision, into slice: inout Slice) {
    slice.decisions.append(Slice.Made(customerID: id, decision: decision))
    noteWait(decision)
  }

  /// Puts a message into the outbox. One that was sent before is skipped, unless everything sent for its step
  /// has reached nobody: then it replaces that.
  private mutating func enqueue(_ decided: NewMessage, now: Instant, into slice: inout Slice) {
    var message = decided
    let isKnown = messages.contains { past in
      past.trigger == message.trigger && past.step == message.step
        && past.occurrence.hasSameBytes(as: message.occurrence)
    }
    if isKnown {
      let ofStep = messages.filter { $0.enrollment == message.enrollment && $0.step == message.step }
      let unreached = ofStep.count { $0.fate == .reachedNobody }
      guard LedgerKey.isReplaceable(sent: ofStep.count, unreached: unreached) else { return }
      message.ledgerKey = message.ledgerKey.replacement(on: message.channel, number: ofStep.count)
    }
    outbox.append(SimulatedMessage(message, decidedAt: now))
    messages.append(PastMessage(message, decidedAt: now))
    slice.enqueued.append(Slice.Enqueued(customerID: id, message: outbox[outbox.count - 1]))
  }
}
