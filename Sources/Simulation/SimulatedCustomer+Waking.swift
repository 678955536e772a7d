import Decisioning
import Domain

/// Makes whatever waits for something that has arrived or changed due at once.
extension SimulatedCustomer {
  /// Wakes steps and messages that have been waiting for an address.
  mutating func wakeWaitingForAddress(now: Instant) {
    for index in state.enrollments.indices {
      guard let due = state.enrollments[index].nextDueAt, due > now,
        waits[state.enrollments[index].key]?.forAddress.isEmpty == false
      else { continue }
      state.enrollments[index].nextDueAt = now
    }
    wakeMessages(now: now) { waiting, waits in
      waits[waiting.message.enrollment]?.forAddress.contains(waiting.message.step) ?? false
    }
  }

  /// Wakes steps and messages that wait for this opening, which has changed for the customer.
  mutating func wakeWaiting(forOpening opening: Instant, now: Instant) {
    for index in state.enrollments.indices where state.enrollments[index].nextDueAt == opening {
      state.enrollments[index].nextDueAt = now
    }
    wakeMessages(now: now) { waiting, _ in waiting.message.dueAt == opening }
  }

  /// Wakes everything that waits for an opening, because the quiet hours have changed.
  mutating func wakeWaitingForOpenings(now: Instant) {
    for index in state.enrollments.indices {
      guard let due = state.enrollments[index].nextDueAt, due > now,
        waits[state.enrollments[index].key]?.untilOpening == due
      else { continue }
      state.enrollments[index].nextDueAt = now
    }
    wakeMessages(now: now) { _, _ in true }
  }

  /// Wakes messages of a trigger that would be checked by `end`.
  mutating func wakeMessages(of trigger: TriggerID, until end: Instant, now: Instant) {
    wakeMessages(now: now) { waiting, _ in
      waiting.message.trigger == trigger && waiting.message.dueAt <= end
    }
  }

  private mutating func wakeMessages(
    now: Instant, where isWoken: (SimulatedMessage, [Int64: Waits]) -> Bool
  ) {
    for index in outbox.indices where outbox[index].message.dueAt > now {
      if isWoken(outbox[index], waits) { outbox[index].message.dueAt = now }
    }
  }

  /// Records what a decision makes the enrollment wait for.
  mutating func noteWait(_ decision: StoredDecision) {
    // Nearly nothing waits, so this must cost nothing in that case.
    waits[decision.enrollment]?.last[decision.step] = nil
    guard decision.verdict == .defer else { return }
    waits[decision.enrollment, default: Waits()].last[decision.step] = Waits.Deferral(
      gate: decision.gate, until: decision.until)
    switch decision.gate {
    case .noAddress:
      waits[decision.enrollment, default: Waits()].forAddress.insert(decision.step)
    case .quietHours: waits[decision.enrollment, default: Waits()].untilOpening = decision.until
    default: break
    }
  }
}
