internal import Decisioning
internal import Domain
internal import Platform

extension Daemon {
  /// Fills an empty store with the example shop.
  func openDemoShop(now: Instant) async throws {
    let program = shop.current.program
    let demo = DemoShop(
      now: now, currency: program.brand.currency, zones: DemoShop.zoneNames.compactMap { program.zones[$0] },
      isHeldOut: { id in
        program.triggers.values.contains {
          $0.holdout > HoldoutBucket.of(customer: id, trigger: $0.id, salt: program.holdoutSalt)
        }
      })
    // New triggers have no customers to plan for yet.
    while try await Replanner(store: store, shop: shop).step(now: now) {}
    try await intake.take(products: demo.products, now: now)
    let receipt = try await intake.take(demo.events, now: now, source: "demo")
    log.notice(
      "demo_shop_opened",
      ["products": demo.products.count, "events": receipt.stored, "plans": receipt.plansChanged])
  }
}
