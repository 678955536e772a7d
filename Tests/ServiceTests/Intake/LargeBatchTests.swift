import Decisioning
import Domain
import Glibc
import Platform
import Testing

@testable import Service

/// What many events about one customer cost that arrive at once: twice as many, about twice as much.
@Suite(.serialized) struct LargeBatchTests {
  /// The shortest of three, in seconds of this thread's processor: what runs beside it does not count.
  private func time(_ body: () -> Void) -> Double {
    (0..<3).map { _ in
      let start = spent()
      body()
      return spent() - start
    }.min() ?? 0
  }

  private func spent() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  private func apply(_ events: [IncomingEvent], to orders: [Order] = []) {
    var state = CustomerState(customer: Customer(key: CustomerKey(1), id: "ann"))
    state.orders = orders
    var change = CustomerChange(state: state, now: IntakeFloor.now)
    for event in events { change.apply(event, Shop.plain.program) }
  }

  private static func cancelled(_ order: String) -> IncomingEvent {
    let event = Event(
      messageID: "c\(order)", name: .orderCancelled, at: IntakeFloor.now, receivedAt: IntakeFloor.now)
    return IncomingEvent(customerID: "ann", event: event, effect: .orderCancelled(orderID: order))
  }

  private func ratio(_ few: Int, _ many: Int, _ body: (Int) -> Void) -> Double {
    let (short, long) = (time { body(few) }, time { body(many) })
    print("\(few): \(short) s, \(many): \(long) s")
    return long / max(short, 0.000_1)
  }

  @Test func `orders that arrive newest first`() {
    let ratio = ratio(1000, 4000) { count in
      apply((0..<count).map { .ordered("ann", "\($0)", Int64(count - $0)) })
    }
    // Each looked for among all, and in its place, would be 16; to move what stands behind is cheap.
    #expect(ratio < 11)
  }

  @Test func `cancellations of orders that nobody knows`() {
    let ratio = ratio(1000, 4000) { count in
      apply((0..<count).map { Self.cancelled("\($0)") })
    }
    #expect(ratio < 11)
  }

  @Test func `refunds of an order of many lines that all came back`() {
    func order(_ lines: Int) -> Order {
      var order = Order(
        id: "order-1", placedAt: IntakeFloor.now,
        total: Money(minorUnits: 10_000, currency: IntakeFloor.currency),
        lines: (0..<lines).map { OrderLine(sku: "s\($0)", quantity: 1, price: 10) },
        receivedAt: IntakeFloor.now)
      order.refund(
        nil, returned: (0..<lines).map { ReturnedLine(sku: "s\($0)", quantity: 1) }, at: IntakeFloor.now)
      return order
    }
    let (short, long) = (order(125), order(500))
    let refunds: [IncomingEvent] = (0..<400).map { .refunded("ann", "r\($0)", 1, order: "1") }
    let few = time { apply(refunds, to: [short]) }
    let many = time { apply(refunds, to: [long]) }
    print("125 lines: \(few) s, 500 lines: \(many) s")
    #expect(many < 9 * max(few, 0.000_1))
  }
}
