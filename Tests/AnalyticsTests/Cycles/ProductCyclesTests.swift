import Analytics
import Domain
import Testing

@Suite struct ProductCyclesTests {
  private func day(_ number: Int64) -> Instant { Instant(seconds: number * 86400) }

  @Test func `the median interval over all customers is learned`() {
    var cycles = ProductCycles()
    cycles.add(purchases: [("tea", day(0)), ("tea", day(30)), ("tea", day(70))])
    cycles.add(purchases: [("tea", day(5)), ("cup", day(6)), ("tea", day(25))])
    #expect(cycles.medians() == ["tea": .days(30)])
  }

  @Test func `an even number of intervals takes the mean of the middle two`() {
    var cycles = ProductCycles()
    cycles.add(purchases: [("tea", day(0)), ("tea", day(10)), ("tea", day(30))])
    #expect(cycles.medians(minimum: 2) == ["tea": .days(15)])
  }

  @Test func `too few intervals teach nothing, and no interval spans two customers`() {
    var cycles = ProductCycles()
    cycles.add(purchases: [("tea", day(0))])
    cycles.add(purchases: [("tea", day(30))])
    #expect(cycles.medians(minimum: 1).isEmpty)
  }

  @Test func `two lines of an order, and two orders on a day, are one purchase`() {
    var cycles = ProductCycles()
    cycles.add(purchases: [("tea", day(0)), ("tea", day(0)), ("tea", day(20)), ("tea", day(20) + .hours(23))])
    #expect(cycles.medians(minimum: 1) == ["tea": .days(20)])
  }
}
