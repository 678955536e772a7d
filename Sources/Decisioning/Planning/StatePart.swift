package import Domain

/// A part of what planners look at; an event touches some, a trigger depends on some.
package enum StatePart: Hashable, Sendable {
  case orders
  case carts
  /// The customer's fields and attributes, zone and birthday included.
  case customer
  /// Events of this name.
  case event(EventName)
  /// The catalogue: `cycle_days` and the cycles learned over all customers.
  case products
}

extension IncomingEvent {
  /// What this event changes in the customer's state, if it changes anything.
  package var touches: Set<StatePart> {
    let own = StatePart.event(event.name)
    switch effect {
    case .identify, .consent: return [own, .customer]
    // An order empties the cart it came from.
    case .orderPlaced: return [own, .orders, .carts]
    case .orderCancelled, .orderRefunded: return [own, .orders]
    case .cartChanged: return [own, .carts]
    case .none: return [own]
    }
  }
}

extension Program {
  /// Triggers that depend on any of `parts`, by id: the ones to plan again.
  package func triggers(affectedBy parts: Set<StatePart>) -> [Trigger] {
    triggers.values.filter { !Planner.affects($0).isDisjoint(with: parts) }.sorted { $0.id < $1.id }
  }

  /// Names of the events whose instances `CustomerState.events` must hold for planning.
  package var plannedEvents: Set<EventName> {
    var names: Set<EventName> = []
    for trigger in triggers.values {
      for case .event(let name) in Planner.affects(trigger) { names.insert(name) }
    }
    return names
  }

  /// Names of the events whose times `Facts.eventsSince` must hold for deciding: those of every `unless`.
  /// `order_completed` is not among them: orders themselves say when they were placed and whether they still
  /// stand.
  package var exitEvents: Set<EventName> {
    var names = Set(triggers.values.flatMap { $0.steps.flatMap(\.unless) })
    names.remove(.orderCompleted)
    return names
  }

  /// Whether a trigger wants the cycles learned from the orders of all customers.
  package var learnsCycles: Bool {
    triggers.values.contains { trigger in
      if case .runsOut(let rule) = trigger.when { rule.cycle == .learned } else { false }
    }
  }
}
