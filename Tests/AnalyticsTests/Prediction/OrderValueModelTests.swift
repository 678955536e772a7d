import Analytics
import Testing

@Suite struct OrderValueModelTests {
  private let model = OrderValueModel(p: 6.25, q: 3.74, v: 15.44)

  @Test(arguments: [
    (0, 0.0, 35.218978), (1, 11.77, 18.916852), (2, 22.35, 24.663714), (7, 73.74, 71.469671),
    (5, 11.77, 13.660268),
  ])
  func `few orders are shrunk towards the mean of all`(repeats: Int, mean: Double, value: Double) throws {
    let expected = try #require(model.expectedValue(repeats: repeats, mean: mean))
    #expect(abs(expected - value) < 1e-6)
  }

  @Test func `a customer's worth for 39 weeks is orders times value`() throws {
    let orders = RepeatBuyingModel(r: 0.525, alpha: 6.183, a: 0.891, b: 1.614)
      .expectedOrders(repeats: 2, lastRepeat: 30.43, age: 38.86, weeks: 39)
    let value = try #require(model.expectedValue(repeats: 2, mean: 22.35))
    #expect(abs(orders * value - 31.149299) < 1e-6)
  }

  @Test func `a model without a mean says so`() {
    #expect(OrderValueModel(p: 2, q: 0.8, v: 1).expectedValue(repeats: 0, mean: 0) == nil)
  }
}
