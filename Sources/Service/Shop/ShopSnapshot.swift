internal import Decisioning
internal import Domain
internal import Store

/// The shop at one moment with the rules by which it plans.
struct ShopSnapshot: Sendable {
  let shop: Shop
  /// Counts the changes of the shop.
  let revision: Int
  let rules: PlanningRules

  init(_ shop: Shop, revision: Int) {
    self.shop = shop
    self.revision = revision
    rules = shop.planningRules
  }
}

extension Shop {
  /// The triggers that are both in the configuration and in the store. Not cheap: `LiveShop` keeps them.
  var planningRules: PlanningRules {
    PlanningRules(
      program: program, catalog: catalog,
      enabledAt: triggers.filter { $0.value.removedAt == nil }.mapValues(\.enabledAt))
  }
}

extension TouchedParts {
  /// What has to be loaded to apply the events and to plan the rules they concern.
  func needed(_ rules: PlanningRules) -> StateParts {
    var parts = StateParts(orders: applied.contains(.orders), carts: applied.contains(.carts))
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
