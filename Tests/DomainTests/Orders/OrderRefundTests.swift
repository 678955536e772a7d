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
    placed.refunded = before.refunded(of: placed)
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
    #expect(before.refunded(of: Self.order(Self.yen)) == 5)
    #expect(before.refunded(of: Self.order()) == 500)
  }
}
