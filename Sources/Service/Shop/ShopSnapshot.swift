internal import Decisioning
internal import Domain
internal import Store

/// The shop at one moment, with its planning rules.
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
  /// For the triggers that are both in the configuration and in the store. Expensive: `LiveShop` caches them.
  var planningRules: PlanningRules {
    PlanningRules(
      program: program, catalog: catalog,
      enabledAt: triggers.filter { $0.value.removedAt == nil }.mapValues(\.enabledAt),
      segments: segments.filter { $0.value.removedAt == nil }.mapValues(\.enabledAt))
  }
}
