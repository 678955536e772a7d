import Analytics
import Support
import Testing

/// Expected figures are those of the published models on CDNOW, in weeks.
@Suite struct RepeatBuyingModelTests {
  private let model = RepeatBuyingModel(r: 0.525, alpha: 6.183, a: 0.891, b: 1.614)

  private func near(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-6) -> Bool {
    abs(value - expected) <= tolerance * max(1, abs(expected))
  }

  @Test(arguments: [
    (2, 30.43, 38.86, 39.0, 0.706202265118, 1.26296062327),
    (2, 30.43, 38.86, 52.0, 0.706202265118, 1.59721663082),
    (0, 0.0, 38.86, 39.0, 0.389735080919, 0.154012746675),
    (1, 1.71, 38.86, 39.0, 0.170836484310, 0.188836541364),
    (7, 29.43, 38.86, 39.0, 0.622723814169, 3.16757243230),
    (26, 30.86, 31.0, 39.0, 0.965566144144, 19.4507226522),
  ])
  func `who is alive, and how many orders will come`(
    repeats: Int, lastRepeat: Double, age: Double, weeks: Double, alive: Double, orders: Double
  ) {
    #expect(near(model.probabilityAlive(repeats: repeats, lastRepeat: lastRepeat, age: age), alive))
    #expect(
      near(model.expectedOrders(repeats: repeats, lastRepeat: lastRepeat, age: age, weeks: weeks), orders))
  }

  @Test(arguments: [
    (1.0, 0.0530847952637), (10, 0.433467415157), (39, 1.18295366560), (52, 1.41972375771),
  ])
  func `orders of a new customer`(weeks: Double, orders: Double) {
    #expect(near(model.expectedOrders(ofNewCustomerIn: weeks), orders))
  }

  @Test func `an a of 1 is not a singularity`() {
    let edge = RepeatBuyingModel(r: 0.525, alpha: 6.183, a: 1, b: 1.614)
    let orders = edge.expectedOrders(repeats: 2, lastRepeat: 30.43, age: 38.86, weeks: 39)
    #expect(near(orders, 1.19531332085))
    let beside = RepeatBuyingModel(r: 0.525, alpha: 6.183, a: 1 + 1e-9, b: 1.614)
    #expect(near(beside.expectedOrders(repeats: 2, lastRepeat: 30.43, age: 38.86, weeks: 39), orders, 1e-8))
  }

  @Test(arguments: [
    (0, 0.0, 12.9894, 262.6348), (1, 1.71, 9.8035, 33.4946), (2, 30.43, 57.5657, 104.2022),
    (7, 29.43, 41.9618, 51.7008),
  ])
  func `the age at which the probability of being alive falls to one half and one fifth`(
    repeats: Int, lastRepeat: Double, half: Double, fifth: Double
  ) {
    for (probability, age) in [(0.5, half), (0.2, fifth)] {
      let crossing = model.age(atProbability: probability, repeats: repeats, lastRepeat: lastRepeat)
      #expect(near(crossing, age, 1e-5))
      #expect(
        near(model.probabilityAlive(repeats: repeats, lastRepeat: lastRepeat, age: crossing), probability))
    }
  }

  @Test func `nothing overflows for 2,000 orders, a century of silence or a century ahead`() {
    let fit = model.expectedOrders(repeats: 2000, lastRepeat: 2000, age: 2001, weeks: 5000)
    #expect(fit > 0 && fit < 10_000)
    #expect(model.probabilityAlive(repeats: 2000, lastRepeat: 10, age: 5200) == 0)
    #expect(model.expectedOrders(repeats: 2000, lastRepeat: 10, age: 5200, weeks: 52) == 0)
    #expect(model.expectedOrders(repeats: 3, lastRepeat: 5, age: 9, weeks: 0) == 0)
    #expect(model.probabilityOfOrder(within: 0, repeats: 3, age: 9) == 0)
  }

  @Test func `a longer look ahead never expects fewer orders, and silence never makes more alive`() {
    var random = SeededGenerator()
    for _ in 0..<rounds(300) {
      let model = RepeatBuyingModel(
        r: .random(in: 0.05...5, using: &random), alpha: .random(in: 0.1...60, using: &random),
        a: .random(in: 0.05...5, using: &random), b: .random(in: 0.05...9, using: &random))
      let repeats = Int.random(in: 0...40, using: &random)
      let last = repeats == 0 ? 0 : Double.random(in: 0...200, using: &random)
      let age = last + .random(in: 0...200, using: &random)
      var before = 0.0
      for weeks in [1.0, 4, 13, 52, 260] {
        let orders = model.expectedOrders(repeats: repeats, lastRepeat: last, age: age, weeks: weeks)
        #expect(orders >= before && orders.isFinite, "\(model) \(repeats) \(last) \(age) \(weeks)")
        before = orders
      }
      #expect(
        model.probabilityAlive(repeats: repeats, lastRepeat: last, age: age)
          >= model.probabilityAlive(repeats: repeats, lastRepeat: last, age: age + 1))
    }
  }
}
