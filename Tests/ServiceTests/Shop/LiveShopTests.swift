import Decisioning
import Domain
import Store
import Testing

@testable import Service

/// The shop in memory beside a database that others write too.
@Suite struct LiveShopTests {
  private static func use(
    _ kind: IntakeStore, _ body: @escaping @Sendable (IntakeFloor) async throws -> Void
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      _ = try await floor.store.write { try floor.live.current(in: $0) }
      try await body(floor)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `what another process changes of the shop is there in the next transaction`(
    kind: IntakeStore
  ) async throws {
    try await Self.use(kind) { floor in
      let trigger = try #require(floor.live.current.triggers.keys.min())
      let before = floor.live.snapshot.revision
      try await floor.store.write { _ = try $0.setPaused(IntakeFloor.now, trigger: trigger) }
      #expect(floor.live.current.triggers[trigger]?.pausedAt == nil)
      let snapshot = try await floor.store.write { try floor.live.snapshot(in: $0) }
      #expect(snapshot.shop.triggers[trigger]?.pausedAt == IntakeFloor.now)
      #expect(snapshot.revision > before)

      try await floor.store.write { try $0.save([Product(sku: "other", cycleDays: 20)]) }
      let shop = try await floor.store.write { try floor.live.current(in: $0) }
      #expect(shop.catalog.products["other"]?.cycleDays == 20)
      #expect(shop.triggers[trigger]?.pausedAt == IntakeFloor.now)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `what has not changed is not read again`(kind: IntakeStore) async throws {
    try await Self.use(kind) { floor in
      floor.live.update { $0.catalog.products["mine"] = Product(sku: "mine") }
      let revision = floor.live.snapshot.revision
      try await floor.store.write { try $0.setReplanAfter(CustomerKey(1), of: "unknown") }
      let snapshot = try await floor.store.write { try floor.live.snapshot(in: $0) }
      #expect(snapshot.revision == revision)
      #expect(snapshot.shop.catalog.products["mine"] != nil)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `the caller's own change is not read again, unless it was undone`(kind: IntakeStore) async throws {
    struct Undone: Error {}
    try await Self.use(kind) { floor in
      let stamp = try await floor.store.write { tx in
        try tx.save([Product(sku: "own")])
        return try tx.shopStamp()
      }
      // The caller brings something else into memory, so that reading again would show.
      floor.live.update(showing: stamp) { $0.catalog.products["mine"] = Product(sku: "mine") }
      var shop = try await floor.store.write { try floor.live.current(in: $0) }
      #expect(shop.catalog.products["own"] == nil)
      #expect(shop.catalog.products["mine"] != nil)

      try? await floor.store.write { tx in
        try tx.save([Product(sku: "undone")])
        _ = try tx.shopStamp()
        throw Undone()
      }
      shop = try await floor.store.write { try floor.live.current(in: $0) }
      #expect(shop.catalog.products["mine"] != nil)
      #expect(shop.catalog.products["undone"] == nil)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `the caller's own change does not hide what another process changed before it`(
    kind: IntakeStore
  ) async throws {
    try await Self.use(kind) { floor in
      let trigger = try #require(floor.live.current.triggers.keys.min())
      try await floor.store.write { tx in
        try tx.save([Product(sku: "theirs", cycleDays: 20)])
        _ = try tx.setPaused(IntakeFloor.now, trigger: trigger)
      }
      try await floor.intake.take(products: [Product(sku: "own")], now: IntakeFloor.now)
      let shop = try await floor.store.write { try floor.live.current(in: $0) }
      #expect(shop.catalog.products["theirs"]?.cycleDays == 20)
      #expect(shop.catalog.products["own"] != nil)
      #expect(shop.triggers[trigger]?.pausedAt == IntakeFloor.now)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a commit of unknown fate, and one that is shown too late, are read from the database`(
    kind: IntakeStore
  ) async throws {
    try await Self.use(kind) { floor in
      @Sendable func save(_ days: Double) async throws -> ShopStamp {
        try await floor.store.write { tx in
          try tx.save([Product(sku: "tea", cycleDays: days)])
          return try tx.shopStamp()
        }
      }
      // It was committed, and the caller never learned of it.
      _ = try await save(10)
      var shop = try await floor.store.write { try floor.live.current(in: $0) }
      #expect(shop.catalog.products["tea"]?.cycleDays == 10)

      let (first, second) = (try await save(20), try await save(30))
      floor.live.update(showing: second) { $0.catalog.products["tea"]?.cycleDays = 30 }
      floor.live.update(showing: first) { $0.catalog.products["tea"]?.cycleDays = 20 }
      shop = try await floor.store.write { try floor.live.current(in: $0) }
      #expect(shop.catalog.products["tea"]?.cycleDays == 30)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `another process's program is told from the one before it`(kind: IntakeStore) async throws {
    try await Self.use(kind) { floor in
      let before = floor.live.current
      try await floor.store.write { tx in
        _ = try tx.syncTriggers(tx.triggers().values.map { ($0.id, $0.planningHash) }, now: IntakeFloor.now)
      }
      let after = try await floor.store.write { try floor.live.current(in: $0) }
      #expect(!after.isSameProgram(as: before))
      #expect(after.isSameProgram(as: floor.live.current))
    }
  }
}
