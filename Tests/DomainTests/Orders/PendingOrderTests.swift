import Domain
import Testing

struct PendingOrderTests {
  private static func order(placed: Int64?, pending: Int64?, total: Int64) -> Order {
    Order(
      id: "o1", placedAt: placed.map { Instant(seconds: $0) },
      pendingAt: pending.map { Instant(seconds: $0) },
      total: Money(minorUnits: total, currency: .unknown),
      receivedAt: Instant(seconds: placed ?? pending ?? 0))
  }

  @Test func `an order that waits for payment does not stand, and takes its products from the cart`() {
    let order = Self.order(placed: nil, pending: 10, total: 500)
    #expect(!order.stands)
    #expect(order.tookFromCartAt == Instant(seconds: 10))
  }

  @Test func `whichever becomes known first, a paid order is paid and keeps its own price`() {
    let (pending, placed) = (
      Self.order(placed: nil, pending: 10, total: 500), Self.order(placed: 30, pending: nil, total: 450)
    )
    for merged in [pending.updated(by: placed), placed.updated(by: pending)] {
      #expect(merged.placedAt == Instant(seconds: 30))
      #expect(merged.pendingAt == Instant(seconds: 10))
      #expect(merged.total.minorUnits == 450)
      #expect(merged.receivedAt == Instant(seconds: 30))
      #expect(merged.tookFromCartAt == Instant(seconds: 10))
      #expect(merged.stands)
    }
  }

  @Test func `of two words about an order that is not paid for the later one counts`() {
    let (first, second) = (
      Self.order(placed: nil, pending: 10, total: 500), Self.order(placed: nil, pending: 20, total: 400)
    )
    for merged in [first.updated(by: second), second.updated(by: first)] {
      #expect(merged.pendingAt == Instant(seconds: 10))
      #expect(merged.total.minorUnits == 400)
    }
  }
}
