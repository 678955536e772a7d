import Domain
import Store
import Testing

@testable import Service

/// Files of products that say less than what is known.
struct ProductRowsTests {
  @Test(arguments: IntakeStore.allCases)
  func `a price list keeps what it has no column for`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      let currency = Currency("CNY") ?? .unknown
      let whole = Product(
        sku: "dog-2kg", name: "Dog food", url: "https://tea.example/dog",
        price: Money(minorUnits: 12_800, currency: currency), cycleDays: 30, toldAt: IntakeFloor.now)
      try await floor.intake.take(products: [whole], now: IntakeFloor.now)
      let prices = [
        Product(sku: "dog-2kg", price: Money(minorUnits: 11_900, currency: currency)),
        Product(sku: "dog-2kg", price: Money(minorUnits: 11_800, currency: currency)),
        Product(sku: "cat-1kg", price: Money(minorUnits: 5_000, currency: currency)),
      ]
      try await floor.intake.take(products: prices, now: IntakeFloor.now)
      var expected = whole
      expected.price = prices[1].price
      let stored = try await floor.store.read { try $0.products() }
      #expect(stored["dog-2kg"] == expected)
      #expect(stored["cat-1kg"] == prices[2])
      #expect(floor.live.current.catalog.products["dog-2kg"] == expected)
    }
  }
}
