import Decisioning
import Domain

extension SimulatedCustomer {
  /// Counts messages that another system sent, as their import does in one transaction, and re-plans. A message that
  /// was already counted is skipped.
  mutating func take(_ told: [SentElsewhere], _ shop: SimulatedShop, now: Instant, into slice: inout Slice) {
    // In order of time, whatever the order of the list.
    let ordered = told.enumerated().sorted { ($0.element.sentAt, $0.offset) < ($1.element.sentAt, $1.offset) }
    var places: [Int: PlanningContext.ElsewhereStep] = [:]
    for (position, message) in ordered {
      places[position] = step(of: message, shop, now: now)
    }
    for (position, message) in told.enumerated() {
      let keys = state.customer.ids.map { LedgerKey(message, to: $0) }
      guard toldElsewhere.isDisjoint(with: keys) else { continue }
      toldElsewhere.insert(keys[0])
      let place = places[position]
      let trigger = message.trigger.flatMap { shop.program.triggers[$0] }
      let enrollment = place.flatMap { place in
        state.enrollments.first {
          $0.trigger == place.enrollment.trigger
            && $0.occurrence.hasSameBytes(as: place.enrollment.occurrence)
        }?.key
      }
      var past = PastMessage(
        enrollment: enrollment ?? 0, trigger: message.trigger ?? "", occurrence: place?.occurrence ?? "",
        step: place?.step ?? "", channel: message.channel, purpose: trigger?.purpose ?? .marketing,
        decidedAt: message.sentAt, fate: .handedOver(at: message.sentAt))
      past.isElsewhere = true
      messages.append(past)
      if let enrollment, let place { cancel(place.step, of: enrollment, now: now, into: &slice) }
    }
    for rule in shop.rules.rules { apply(shop.rules.replan(rule, for: state, now: now)) }
  }

  /// Counts a message as a step of its trigger; `nil` if it belongs to none.
  private mutating func step(
    of message: SentElsewhere, _ shop: SimulatedShop, now: Instant
  ) -> PlanningContext.ElsewhereStep? {
    guard let trigger = message.trigger.flatMap({ shop.program.triggers[$0] }) else { return nil }
    let context = PlanningContext(
      trigger: trigger, state: state, catalog: shop.catalog, program: shop.program,
      enabledAt: shop.enabledAt[trigger.id] ?? now, now: now)
    guard let step = context.enrollment(after: message) else { return nil }
    if step.enrollment.key == 0 {
      add(step.enrollment)
    } else {
      replace(step.enrollment)
    }
    return step
  }
}
