import Decisioning
import Domain
import Store
import Testing

@testable import Service

/// What a shop tells of an order after it was placed.
struct OrderUpdateTests {
  private static func ordered(
    _ id: String, _ minutes: Int64, total: Int64 = 5000, _ lines: [OrderLine]? = nil
  ) -> IncomingEvent {
    var event = IncomingEvent.ordered("ann", "1", minutes)
    event.event.messageID = id
    guard case .orderPlaced(var order) = event.effect else { return event }
    order.cartID = "c"
    order.total.minorUnits = total
    if let lines { order.lines = lines }
    event.effect = .orderPlaced(order)
    return event
  }

  private static func viewed(_ number: Int64) -> IncomingEvent {
    var event = IncomingEvent.added("ann", "view \(number)", 2 + number)
    event.effect = .cartChanged(cartID: "c", url: nil, change: .touch)
    return event
  }

  private static func cart(_ floor: IntakeFloor) async throws -> [String] {
    let state = try #require(try await floor.state("ann"))
    let active = state.enrollments.filter { $0.state == .active && $0.trigger == "cart_recovery" }
    return state.carts.flatMap(\.contents.items).map { "\($0.line.sku) x\($0.line.quantity)" }
      + active.map { "recovery \($0.occurrence.hasPrefix("c@"))" }
  }

  @Test(arguments: IntakeStore.allCases, [0, 40])
  func `an order told again leaves what was put into the cart after it`(
    kind: IntakeStore, views: Int64
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([Self.ordered("placed", 0)])
      try await floor.take([.added("ann", "B", 1)])
      for number in 0..<views { try await floor.take([Self.viewed(number)]) }
      let before = try await Self.cart(floor)
      #expect(before == ["sku-1 x1", "recovery true"])
      try await floor.take([Self.ordered("shipped", 60)])
      let after = try await Self.cart(floor)
      #expect(after == before)
    }
  }

  @Test func `an order whose update came first empties what it found when it was placed`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([Self.ordered("shipped", 60)])
      try await floor.take([.added("ann", "A", -1), .added("ann", "B", 1)])
      #expect(try await Self.cart(floor) == [])
      try await floor.take([Self.ordered("placed", 0)])
      #expect(try await Self.cart(floor) == ["sku-1 x1", "recovery true"])
    }
  }

  private static func order(_ floor: IntakeFloor) async throws -> Order {
    let state = try await floor.state("ann")
    return try #require(state?.orders.first)
  }

  @Test(arguments: IntakeStore.allCases, [2500, 3000] as [Int64])
  func `a total that is lowered by no more than a refund is what is left of the order`(
    kind: IntakeStore, left: Int64
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([
        Self.ordered("placed", 0), .refunded("ann", "r", 5, order: "1", amount: 2500),
      ])
      try await floor.take([Self.ordered("lowered", 10, total: left)])
      let order = try await Self.order(floor)
      #expect(order.stands && order.total.minorUnits == 5000 && order.refunded == 2500)
    }
  }

  @Test func `a total that is lowered by more than a refund is a new price`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([
        Self.ordered("placed", 0), .refunded("ann", "r", 5, order: "1", amount: 1000),
        Self.ordered("lowered", 10, total: 3000),
      ])
      let order = try await Self.order(floor)
      #expect(order.stands && order.total.minorUnits == 3000 && order.refunded == 1000)
    }
  }

  @Test func `the total that the refund has lowered may be known before the first one`() async throws {
    try await IntakeFloor.use { floor in
      for event in [
        .refunded("ann", "r", 5, order: "1", amount: 2500), Self.ordered("lowered", 10, total: 2500),
        Self.ordered("placed", 0),
      ] { try await floor.take([event]) }
      let order = try await Self.order(floor)
      #expect(order.stands && order.total.minorUnits == 5000 && order.refunded == 2500)
    }
  }

  @Test func `products that are told without what came back did not come back twice`() async throws {
    try await IntakeFloor.use { floor in
      func lines(_ tea: Int, _ cup: Int) -> [OrderLine] {
        [
          OrderLine(sku: "tea", quantity: tea, price: 1000),
          OrderLine(sku: "cup", quantity: cup, price: 1000),
        ]
        .filter { $0.quantity > 0 }
      }
      var refund = IncomingEvent.refunded("ann", "r", 5, order: "1")
      refund.effect = .orderRefunded(
        orderID: "order-1", amount: nil,
        returned: [ReturnedLine(sku: "tea", quantity: 1), ReturnedLine(sku: "cup", quantity: 1)])
      try await floor.take([Self.ordered("placed", 0, lines(4, 1)), refund])
      try await floor.take([Self.ordered("lowered", 10, total: 3000, lines(3, 0))])
      let order = try await Self.order(floor)
      #expect(order.keptLines.map(\.sku) == ["tea"] && order.keptLines.map(\.quantity) == [3])
      #expect(order.stands && order.total.minorUnits == 5000 && order.refunded == 2000)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an import that tells the lowered total leaves the order standing`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([
        Self.ordered("placed", 0), .refunded("ann", "r", 5, order: "1", amount: 2500),
      ])
      var sheet = OrderSheet(receivedAt: IntakeFloor.now)
      var order = try await Self.order(floor)
      order.total.minorUnits = 2500
      (order.refunds, order.refundedAt) = (0, nil)
      let isTaken = sheet.append(order, of: "ann")
      #expect(isTaken)
      sheet.seal()
      try await floor.intake.take(orders: sheet, alongside: { _ in })
      order = try await Self.order(floor)
      #expect(order.stands && order.total.minorUnits == 5000 && order.refunded == 2500)
    }
  }

  @Test(arguments: IntakeStore.allCases, ["JPY", "BHD"])
  func `an import counts the number of a refund in the currency of the order`(
    kind: IntakeStore, currency: String
  ) async throws {
    let unit = try #require(Currency(currency))
    try await IntakeFloor.use(kind) { floor in
      var refund = IncomingEvent.refunded("ann", "r", 5, order: "1")
      refund.effect = .orderRefunded(
        orderID: "order-1", amount: Money(minorUnits: 12 * unit.minorUnitsPerMajor, currency: unit))
      try await floor.take([refund])
      var sheet = OrderSheet(receivedAt: IntakeFloor.now)
      guard case .orderPlaced(let order) = Self.ordered("placed", 0).effect else {
        Issue.record("no order")
        return
      }
      let isTaken = sheet.append(order, of: "ann")
      #expect(isTaken)
      sheet.seal()
      try await floor.intake.take(orders: sheet, alongside: { _ in })
      let stored = try await Self.order(floor)
      #expect(stored.stands && stored.refunded == 1200)
    }
  }
}
