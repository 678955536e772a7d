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
