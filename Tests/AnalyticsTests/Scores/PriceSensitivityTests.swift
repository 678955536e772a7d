import Analytics
import Testing

@Suite struct PriceSensitivityTests {
  @Test(arguments: [(3, 4, 0.444), (0, 1, 0.167)])
  func `few orders are shrunk towards the shop's share`(discounted: Int, orders: Int, share: Double) throws {
    let sensitivity = try #require(PriceSensitivity(discounted: discounted, orders: orders, shopShare: 0.2))
    #expect(abs(sensitivity.share - share) < 0.0005)
  }

  @Test(arguments: [
    (8, 8, PriceSensitivity.Label.sensitive), (2, 2, nil), (0, 10, .insensitive), (0, 2, nil), (2, 8, nil),
  ])
  func `a label needs three orders and a clear share`(
    discounted: Int, orders: Int, label: PriceSensitivity.Label?
  ) throws {
    #expect(
      try #require(PriceSensitivity(discounted: discounted, orders: orders, shopShare: 0.2)).label == label)
  }

  @Test func `without orders nothing is known`() {
    #expect(PriceSensitivity(discounted: 0, orders: 0, shopShare: 0.2) == nil)
  }
}
