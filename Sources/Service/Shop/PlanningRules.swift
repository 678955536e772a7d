internal import Decisioning
internal import Domain
internal import Store

/// The triggers that plan, each with what it reads of a customer: computed once for each snapshot of the shop, so
/// that finding those an event concerns is cheap.
struct PlanningRules: Sendable {
  struct Rule: Sendable {
    let trigger: Trigger
    let enabledAt: Instant
    let kinds: StateKinds
    let events: Set<EventName>
  }

  let shop: Shop
  /// Counts the changes of the shop.
  let revision: Int
  /// By the triggers' ids.
  let rules: [Rule]
  /// Every name that a rule asks for.
  let events: Set<EventName>
  /// Every name that takes back what was decided.
  let exits: Set<EventName>

  init(_ shop: Shop, revision: Int) {
    self.shop = shop
    exits = shop.program.exitEvents
    self.revision = revision
    rules = shop.program.triggers.keys.sorted().compactMap { id in
      guard let enabled = shop.enabled(id) else { return nil }
      let reads = Planner.affects(enabled.trigger)
      return Rule(
        trigger: enabled.trigger, enabledAt: enabled.enabledAt, kinds: StateKinds(reads),
        events: reads.reduce(into: []) { if case .event(let name) = $1 { $0.insert(name) } })
    }
    events = rules.reduce(into: []) { $0.formUnion($1.events) }
  }
}

/// What some events touch of one customer's state, and what has to be loaded to take them.
struct TouchedParts {
  private(set) var kinds: StateKinds = []
  /// Names that a rule asks for.
  private(set) var events: Set<EventName> = []
  /// What the events themselves change, planning apart.
  private var parts = StateParts()
  /// Whether one of them may take back a step that was decided, by its name alone.
  private(set) var mayExit = false

  mutating func add(_ incoming: IncomingEvent, _ rules: PlanningRules) {
    kinds.formUnion(incoming.touchedKinds)
    if !rules.events.isEmpty, rules.events.contains(incoming.event.name) {
      events.insert(incoming.event.name)
    }
    if !rules.exits.isEmpty, rules.exits.contains(incoming.event.name) { mayExit = true }
    switch incoming.effect {
    case .orderPlaced, .cartChanged:
      // A cart that is new here may have been emptied already by an order that came first.
      parts.orders = true
      parts.carts = true
    case .orderCancelled, .orderRefunded: parts.orders = true
    case .identify, .consent, .none: break
    }
  }

  /// Whether anything beside the rows of the events is to be looked at.
  var isEmpty: Bool { kinds.isEmpty && events.isEmpty }

  func concerns(_ rule: PlanningRules.Rule) -> Bool {
    !rule.kinds.isDisjoint(with: kinds) || (!events.isEmpty && !rule.events.isDisjoint(with: events))
  }

  /// What the events change and what the rules they concern read, no more.
  func needed(_ rules: PlanningRules) -> StateParts {
    var parts = parts
    for rule in rules.rules where concerns(rule) {
      parts.enrollments = true
      if rule.kinds.contains(.orders) { parts.orders = true }
      if rule.kinds.contains(.carts) { parts.carts = true }
      parts.eventNames.formUnion(rule.events)
    }
    return parts
  }
}

extension StateParts {
  mutating func formUnion(_ other: StateParts) {
    orders = orders || other.orders
    carts = carts || other.carts
    enrollments = enrollments || other.enrollments
    eventNames.formUnion(other.eventNames)
  }
}
