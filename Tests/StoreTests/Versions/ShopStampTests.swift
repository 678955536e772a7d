import Domain
import Platform
import Testing

@testable import Store

@Suite struct ShopStampTests {
  private typealias Change = @Sendable (Transaction) throws -> Void

  private static let changes: [(name: String, parts: [String], change: Change)] = [
    ("a reload", ["program", "triggers"], { _ = try $0.syncTriggers([("welcome", "h1")], now: at(1)) }),
    ("a pause", ["triggers"], { _ = try $0.setPaused(at(1), trigger: "welcome") }),
    ("a resumption", ["triggers"], { _ = try $0.setPaused(nil, trigger: "welcome") }),
    ("a clock set right", ["triggers"], { _ = try $0.bringBackEnabled(to: at(-1)) }),
    ("a product", ["catalog"], { try $0.save([Product(sku: "p1")]) }),
    ("learned cycles", ["catalog"], { try $0.save(learnedCycles: ["p1": .days(30)]) }),
    ("a pause of nobody", [], { _ = try $0.setPaused(at(1), trigger: "unknown") }),
    ("planning that goes on", [], { try $0.setReplanAfter(CustomerKey(7), of: "welcome") }),
  ]

  @Test(arguments: StoreKind.allCases, changes.indices)
  func `each change of the shop's rules is told by its part of the stamp`(
    kind: StoreKind, index: Int
  ) async throws {
    let (name, parts, change) = Self.changes[index]
    try await kind.transact { tx, _ in
      let before = try tx.shopStamp()
      #expect(try tx.shopStamp() == before)
      try change(tx)
      let after = try tx.shopStamp()
      var changed: [String] = []
      if before.program != after.program { changed.append("program") }
      if before.triggers != after.triggers { changed.append("triggers") }
      if before.catalog != after.catalog { changed.append("catalog") }
      #expect(changed == parts, "\(name)")
    }
  }

  @Test func `on a server a pause waits for who works by the rules before it`() async throws {
    try await StoreKind.postgresql.use { store in
      try await store.write { _ = try $0.syncTriggers([("welcome", "h1")], now: at(0)) }
      guard case .postgresql(let url) = store.location else { return }
      try await store.write { tx in
        _ = try tx.shopStamp()
        let other = try PostgresConnection(url: url)
        defer { other.close() }
        try other.execute("SET lock_timeout = '50ms'")
        var refusal: SQLError.Kind?
        do {
          try other.transaction { _ = try Transaction(other).setPaused(at(1), trigger: "welcome") }
        } catch let error as SQLError {
          refusal = error.kind
        }
        #expect(refusal == .busy)
      }
    }
  }
}
