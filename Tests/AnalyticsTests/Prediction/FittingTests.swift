import Analytics
import Support
import Testing

/// Expected parameters are the published ones.
@Suite struct FittingTests {
  private func near(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance * abs(expected)
  }

  @Test func `the calibration period of CDNOW gives the published parameters`() throws {
    let records = try CDNOW().records(until: CDNOW.calibrationEnd)
    #expect(records.values.reduce(0, +) == 2357)
    #expect(records.count == 1016)
    #expect(records.reduce(0) { $0 + Int($1.key.repeats) * $1.value } == 2457)
    let fit = try #require(RepeatBuyingModel.fit(records, prior: nil))
    #expect(fit.isConverged)
    #expect(near(fit.logLikelihood, -9582.13, 1e-6))
    #expect(near(fit.model.r, 0.5248, 0.01))
    #expect(near(fit.model.alpha, 6.1830, 0.01))
    #expect(near(fit.model.a, 0.8914, 0.01))
    #expect(near(fit.model.b, 1.6140, 0.01))
    let expected = records.reduce(0.0) { sum, entry in
      let (record, count) = entry
      return sum + Double(count)
        * fit.model.expectedOrders(
          repeats: Int(record.repeats), lastRepeat: Double(record.lastRepeat) / 7,
          age: Double(record.age) / 7,
          weeks: 39)
    }
    #expect(near(expected, 1577.14, 0.001))
  }

  @Test func `among thousands the prior hardly shows, and a dozen customers give a sensible model`()
    throws
  {
    let cdnow = try CDNOW()
    let records = cdnow.records(until: CDNOW.calibrationEnd)
    let bare = try #require(RepeatBuyingModel.fit(records, prior: nil))
    let drawn = try #require(RepeatBuyingModel.fit(records))
    #expect(drawn.isConverged)
    #expect(near(drawn.model.r, bare.model.r, 0.02))
    #expect(near(drawn.model.alpha, bare.model.alpha, 0.02))
    var few: [BuyingRecord: Int] = [:]
    for purchases in cdnow.customers.prefix(12) {
      few[try #require(BuyingRecord(days: purchases.map(\.day), end: CDNOW.calibrationEnd)), default: 0] += 1
    }
    let small = try #require(RepeatBuyingModel.fit(few))
    #expect(small.isConverged)
    #expect(small.model.a < 20 && small.model.b < 40 && small.model.r < 10)
  }

  @Test func `no customers, or only customers of today, give no model`() {
    #expect(RepeatBuyingModel.fit([:]) == nil)
    #expect(RepeatBuyingModel.fit([BuyingRecord(repeats: 0, lastRepeat: 0, age: 0): 40]) == nil)
  }

  @Test func `customers who all came once, or all daily, give a finite model`() throws {
    for record in [
      BuyingRecord(repeats: 0, lastRepeat: 0, age: 100),
      BuyingRecord(repeats: 100, lastRepeat: 100, age: 100),
    ] {
      let fit = try #require(RepeatBuyingModel.fit([record: 500]))
      #expect(fit.isConverged)
      #expect([fit.model.r, fit.model.alpha, fit.model.a, fit.model.b].allSatisfy { $0.isFinite && $0 > 0 })
    }
  }

  @Test func `the values of CDNOW's repeat orders give the published parameters`() throws {
    let fit = try #require(OrderValueModel.fit(try values(), hasPrior: false))
    #expect(fit.isConverged)
    #expect(near(fit.model.p, 6.2488, 0.01))
    #expect(near(fit.model.q, 3.7446, 0.01))
    #expect(near(fit.model.v, 15.4477, 0.01))
    #expect(near(fit.logLikelihood, -4055.92, 1e-5))
    let cents = try values().map { OrderValueModel.Record(repeats: $0.repeats, mean: $0.mean * 100) }
    let inCents = try #require(OrderValueModel.fit(cents, hasPrior: false))
    #expect(near(inCents.model.v, fit.model.v * 100, 1e-4))
  }

  /// Mean dollars of repeat days, of those who came back and paid.
  private func values() throws -> [OrderValueModel.Record] {
    try CDNOW().customers.compactMap { purchases in
      var byDay: [Int: Int64] = [:]
      for purchase in purchases where purchase.day <= CDNOW.calibrationEnd {
        byDay[purchase.day, default: 0] += purchase.amount
      }
      guard let first = byDay.keys.min(), byDay.count > 1 else { return nil }
      byDay[first] = nil
      let total = byDay.values.reduce(0, +)
      guard total > 0 else { return nil }
      return OrderValueModel.Record(repeats: byDay.count, mean: Double(total) / 100 / Double(byDay.count))
    }
  }

  @Test func `no orders give no model of values`() { #expect(OrderValueModel.fit([]) == nil) }
}
