package import Domain

/// The parts of one customer's state that some events touch.
package struct TouchedParts: Sendable {
  package private(set) var kinds: StateKinds = []
  /// Names of those events that a rule reads.
  package private(set) var events: Set<EventName> = []
  /// The parts that are needed to apply the events, planning apart.
  package private(set) var applied: StateKinds = []
  /// Whether an event can take back a decided step by its name alone.
  package private(set) var mayExit = false

  package init() {}

  package mutating func add(_ incoming: IncomingEvent, _ rules: PlanningRules) {
    kinds.formUnion(incoming.touchedKinds)
    if !rules.events.isEmpty, rules.events.contains(incoming.event.name) {
      events.insert(incoming.event.name)
    }
    if !rules.exits.isEmpty, rules.exits.contains(incoming.event.name) { mayExit = true }
    switch incoming.effect {
    // An order that arrived first may have emptied a cart that is new here.
    case .orderPlaced, .cartChanged: applied.formUnion([.orders, .carts])
    case .orderCancelled, .orderRefunded: applied.formUnion(.orders)
    case .identify, .consent, .none: break
    }
  }

  /// Whether the events concern nothing but their own rows.
  package var isEmpty: Bool { kinds.isEmpty && events.isEmpty }

  /// Whether the rule has to be planned again.
  package func concerns(_ rule: PlanningRules.Rule) -> Bool {
    !rule.kinds.isDisjoint(with: kinds) || (!events.isEmpty && !rule.events.isDisjoint(with: events))
  }
}
