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

/// The parts of one customer's state that are not events, as a set that costs nothing to make.
package struct StateKinds: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let orders = StateKinds(rawValue: 1)
  package static let carts = StateKinds(rawValue: 2)
  package static let customer = StateKinds(rawValue: 4)

  /// Those among `parts`; events and products are left out.
  package init(_ parts: Set<StatePart>) {
    self = []
    if parts.contains(.orders) { insert(.orders) }
    if parts.contains(.carts) { insert(.carts) }
    if parts.contains(.customer) { insert(.customer) }
  }
}

extension IncomingEvent {
  /// What this event changes in the customer's state beside the list of events.
  package var touchedKinds: StateKinds {
    let told: StateKinds = traits == nil ? [] : .customer
    switch effect {
    case .identify, .consent: return told.union(.customer)
    // An order empties the cart it came from.
    case .orderPlaced: return told.union([.orders, .carts])
    case .orderCancelled, .orderRefunded: return told.union(.orders)
    case .cartChanged: return told.union(.carts)
    case .none: return told
    }
  }

  /// What this event changes in the customer's state, if it changes anything.
  package var touches: Set<StatePart> {
    var parts: Set<StatePart> = [.event(event.name)]
    let kinds = touchedKinds
    if kinds.contains(.orders) { parts.insert(.orders) }
    if kinds.contains(.carts) { parts.insert(.carts) }
    if kinds.contains(.customer) { parts.insert(.customer) }
    return parts
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
    var names = Set(triggers.values.flatMap { $0.steps.flatMap(\.unless).map(\.event) })
    names.remove(.orderCompleted)
    return names
  }

  /// Whether a trigger wants the cycles learned from the orders of all customers.
  package var learnsCycles: Bool {
    triggers.values.contains(where: \.learnsCycles)
  }
}

extension Trigger {
  /// Whether its plans rest on cycles learned from the orders of all customers.
  package var learnsCycles: Bool {
    if case .runsOut(let rule) = when { rule.cycle == .learned } else { false }
  }
}
