import Decisioning
import Domain

extension SimulatedCustomer {
  /// Applies a new program, as the daemon does after a reload.
  mutating func follow(_ reload: SimulatedShop.Reload, _ shop: SimulatedShop, now: Instant) {
    readEvents(shop.rules)
    evaluate(reload.segments, shop, now: now)
    if reload.changed.windows { wakeWaitingForOpenings(now: now) }
    for trigger in reload.changed.reach.sorted() {
      wakeMessages(of: trigger, until: .distantFuture, now: now)
    }
    for index in state.enrollments.indices
    where state.enrollments[index].state == .active
      && reload.removed.contains(state.enrollments[index].trigger)
    {
      state.enrollments[index].end(.triggerRemoved)
    }
    for trigger in reload.replanned.sorted() { replan(trigger, shop, now: now, asksAgain: true) }
  }

  /// Continues where a pause stopped.
  mutating func resume(_ trigger: TriggerID, _ shop: SimulatedShop, now: Instant) {
    wakeMessages(of: trigger, until: now + Decider.pauseInterval, now: now)
    replan(trigger, shop, now: now, asksAgain: true)
  }
}
