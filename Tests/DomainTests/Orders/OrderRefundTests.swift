import Domain
import Testing

struct OrderRefundTests {
  private static let at = Instant(seconds: 1_800_000_000)
  private static let cny = Currency("CNY") ?? .unknown
  private static let yen = Currency("JPY") ?? .unknown

  private static func order(_ currency: Currency = cny, placed: Bool = true) -> Order {
    Order(
      id: "o1", placedAt: placed ? at : nil, total: Money(minorUnits: 1000, currency: currency),
      lines: [
        OrderLine(sku: "tea", quantity: 3, price: 200), OrderLine(sku: "cup", quantity: 1, price: 300),
      ], receivedAt: at)
  }

  @Test func `returned products no longer count as bought, piece by piece`() {
    var order = Self.order()
    order.refund(nil, returned: [ReturnedLine(sku: "tea", quantity: 2)], at: Self.at)
    #expect(order.keptLines.map(\.sku) == ["tea", "cup"])
    #expect(order.keptLines.map(\.quantity) == [1, 1])
    #expect(order.refunded == 400 && order.stands)
    order.refund(
      Money(minorUnits: 150, currency: Self.cny), returned: [ReturnedLine(sku: "tea", quantity: 9)],
      at: Self.at)
    #expect(order.keptLines.map(\.sku) == ["cup"])
    #expect(order.refunded == 550 && order.stands)
  }

  @Test func `an order of which nothing is left does not stand, whatever was paid for shipping`() {
    var order = Self.order()
    let all = [ReturnedLine(sku: "tea", quantity: 3), ReturnedLine(sku: "cup", quantity: 1)]
    order.refund(nil, returned: all, at: Self.at)
    #expect(order.refunded == 1000 && !order.stands && order.keptLines.isEmpty)
  }

  @Test func `a refund known before its order gives the same`() {
    let told = [ReturnedLine(sku: "tea", quantity: 2)]
    var after = Self.order()
    after.refund(nil, returned: told, at: Self.at)
    var before = Order(
      id: "o1", placedAt: nil, total: Money(minorUnits: 0, currency: .unknown), receivedAt: Self.at)
    before.refund(nil, returned: told, at: Self.at)
    #expect(before.refunded == 0 && !before.stands)
    var placed = Self.order()
    placed.refundedAt = before.refundedAt
    placed.refunds = before.refunds(of: placed)
    placed.returned = before.returned
    placed.settleReturns()
    #expect(placed == after)
    placed.settleReturns()
    #expect(placed == after)
  }

  @Test func `the number of a refund counts in the currency of the order`() {
    let five = Money(minorUnits: 500, currency: Self.cny)
    var order = Self.order(Self.yen)
    order.refund(five, at: Self.at)
    #expect(order.refunded == 5)
    var before = Self.order(.unknown, placed: false)
    before.refund(five, at: Self.at)
    #expect(before.refunds(of: Self.order(Self.yen)) == 5)
    #expect(before.refunds(of: Self.order()) == 500)
  }

  // MARK: - Told twice

  private static func pair() -> Order {
    Order(
      id: "o2", placedAt: at, total: Money(minorUnits: 2000, currency: cny),
      lines: [
        OrderLine(sku: "A", quantity: 1, price: 1000), OrderLine(sku: "B", quantity: 1, price: 1000),
      ], receivedAt: at)
  }

  /// The order, told after what was already known of it.
  private static func placing(_ order: Order, after known: Order) -> Order {
    var placed = order
    placed.refundedAt = known.refundedAt
    placed.refunds = known.refunds(of: placed)
    placed.returned = known.returned
    placed.settleReturns()
    return placed
  }

  @Test(arguments: [nil, 1000] as [Int64?])
  func `a refund told twice takes back what was bought once`(amount: Int64?) {
    let told = amount.map { Money(minorUnits: $0, currency: Self.cny) }
    var order = Self.pair()
    order.refund(told, returned: [ReturnedLine(sku: "A", quantity: 1)], at: Self.at)
    let once = order
    order.refund(told, returned: [ReturnedLine(sku: "A", quantity: 1)], at: Self.at + .hours(1))
    #expect(order == once)
    #expect(order.refunded == 1000 && order.stands && order.keptLines.map(\.sku) == ["B"])
  }

  @Test func `a refund that tells all returns so far adds only what is new`() {
    var order = Self.pair()
    order.lines.append(OrderLine(sku: "C", quantity: 1, price: 500))
    order.total.minorUnits = 2500
    let (a, b) = (ReturnedLine(sku: "A", quantity: 1), ReturnedLine(sku: "B", quantity: 1))
    order.refund(nil, returned: [a], at: Self.at)
    order.refund(nil, returned: [a, b], at: Self.at)
    #expect(order.refunded == 2000 && order.stands && order.keptLines.map(\.sku) == ["C"])
  }

  @Test func `told twice before its order, a refund takes back what was bought once`() {
    var before = Order(
      id: "o2", placedAt: nil, total: Money(minorUnits: 0, currency: .unknown), receivedAt: Self.at)
    for _ in 0..<2 { before.refund(nil, returned: [ReturnedLine(sku: "A", quantity: 1)], at: Self.at) }
    let order = Self.placing(Self.pair(), after: before)
    #expect(order.refunded == 1000 && order.stands && order.keptLines.map(\.sku) == ["B"])
    #expect(order.returned == [ReturnedLine(sku: "A", quantity: 1)])
  }

  @Test func `pieces of one product on several lines come back line by line, at their prices`() {
    var order = Self.pair()
    order.lines = [
      OrderLine(sku: "A", quantity: 1, price: 1000), OrderLine(sku: "B", quantity: 1, price: 100),
      OrderLine(sku: "A", quantity: 2, price: 300),
    ]
    order.refund(nil, returned: [ReturnedLine(sku: "A", quantity: 2)], at: Self.at)
    #expect(order.refunded == 1300)
    order.refund(nil, returned: [ReturnedLine(sku: "A", quantity: 2)], at: Self.at)
    #expect(order.refunded == 1600)
    #expect(order.returned == [ReturnedLine(sku: "A", quantity: 3)])
    #expect(order.keptLines.map(\.sku) == ["B"])
  }

  @Test func `a product that the order does not name yet comes back when it does`() {
    var order = Self.pair()
    let all = order.lines
    order.lines = [all[1]]
    order.refund(nil, returned: [ReturnedLine(sku: "A", quantity: 1)], at: Self.at)
    #expect(order.refunded == 0 && order.stands)
    order.lines = all
    order.settleReturns()
    #expect(order.refunded == 1000 && order.stands && order.keptLines.map(\.sku) == ["B"])
  }

  @Test func `refunds in two currencies come to the sum of their numbers, whenever the order is told`() {
    let told = [Money(minorUnits: 1250, currency: Self.yen), Money(minorUnits: 150, currency: Self.cny)]
    for refunds in [told, told.reversed()] {
      for (currency, sum) in [(Self.yen, 1251 as Int64), (Self.cny, 125_150)] {
        var whole = Self.order(currency)
        whole.total.minorUnits = 1_000_000
        var before = Self.order(.unknown, placed: false)
        before.total.minorUnits = 0
        var after = whole
        for refund in refunds {
          before.refund(refund, at: Self.at)
          after.refund(refund, at: Self.at)
        }
        #expect(before.refunds(of: whole) == sum)
        #expect(after.refunded == sum)
      }
    }
  }
}

/// What a report of a whole order says of its refunds so far.
struct RefundTotalTests {
  private static let cny = Currency("CNY") ?? .unknown
  private static func at(_ minute: Int64) -> Instant { Instant(seconds: 1_772_000_000 + 60 * minute) }

  private func order(told: Int64 = 0) -> Order {
    Order(
      id: "1", placedAt: Self.at(0), total: Money(minorUnits: 5000, currency: Self.cny),
      refundedAt: told > 0 ? Self.at(0) : nil, refundTold: told, receivedAt: Self.at(0))
  }

  private func money(_ units: Int64) -> Money { Money(minorUnits: units, currency: Self.cny) }

  @Test func `the sum of single refunds and the told one count as the larger of both`() {
    var order = order(told: 2000)
    #expect(order.refunded == 2000 && order.stands)
    order.refund(money(1500), at: Self.at(1))
    #expect(order.refunded == 2000)
    order.refund(money(1500), at: Self.at(2))
    #expect(order.refunded == 3000)
    order = order.updated(by: self.order(told: 2500))
    #expect(order.refunded == 3000)
    order = order.updated(by: self.order(told: 4000))
    #expect(order.refunded == 4000 && order.stands)
    #expect(order.refundedAt == Self.at(2))
    order = order.updated(by: self.order(told: 5000))
    #expect(!order.stands)
    #expect(order.updated(by: self.order()).refunded == 5000)
  }

  @Test func `an older report tells its refunds too`() {
    var newer = order()
    newer.toldAt = Self.at(9)
    newer.total.minorUnits = 4000
    let merged = newer.updated(by: order(told: 1000))
    #expect(merged.refunded == 1000)
    #expect(merged.refundedAt == Self.at(0))
  }
}
