import Decisioning
import Delivery
import Domain
import Platform
import Store
import Testing

@testable import Service

/// What happens between the claim of a message and its handoff, while a slow provider keeps it waiting.
struct TakenBackTests {
  private static let now = SchedulerFloor.now

  private func outbox(_ floor: SchedulerFloor) -> StoreOutbox {
    StoreOutbox(floor.store, shop: floor.live, log: .silent)
  }

  private func claim(_ outbox: StoreOutbox) async throws -> [ClaimedMessage] {
    try await outbox.claim(channel: "email", limit: 10, lease: .minutes(20), now: Self.now)
  }

  /// Runs `event` between claim and handoff of a message to Ann and one to Ben.
  ///
  /// - Returns: who may have theirs, and who would at the next claim.
  private func run(
    _ kind: IntakeStore = .sqlite, _ triggers: [Trigger] = [SchedulerFloor.cart],
    _ event: (SchedulerFloor) async throws -> Void
  ) async throws -> (granted: [String], then: [String]) {
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: triggers) { floor in
      try await floor.fillCarts("ann", "ben")
      try await floor.tick()
      let outbox = outbox(floor)
      let claimed = try await claim(outbox)
      #expect(claimed.map(\.attempt) == [1, 1])
      try await event(floor)
      let granted = try await outbox.beginHandoff(claimed.map(\.claim), now: Self.now)
      let again = try await claim(outbox)
      #expect(again.allSatisfy { $0.attempt == 1 })
      return (
        claimed.filter { granted.contains($0.token) }.map(\.content.to).sorted(),
        again.map(\.content.to).sorted()
      )
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an order takes back the reminder that was claimed and not handed over`(kind: IntakeStore) async throws
  {
    let (granted, then) = try await run(kind) { floor in
      try await floor.order("ann")
      #expect(try await floor.messages() == ["ann cart 1 queued", "ben cart 1 leased"])
    }
    #expect(granted == ["ben@tea.example"])
    #expect(then == [])
  }

  /// The reload took up its file, and the store did not take what follows from it.
  @Test(arguments: IntakeStore.allCases)
  func `what was claimed by the file before is looked at again, however late that is written`(
    kind: IntakeStore
  ) async throws {
    let (granted, then) = try await run(kind) { floor in
      var shop = floor.live.current
      shop.program.triggers["cart"]?.steps[0].channels = ["robot"]
      floor.live.take(shop.program, triggers: shop.triggers)
      #expect(!floor.live.isFollowed)
      let messages = try await floor.messages()
      #expect(messages == ["ann cart 1 leased", "ben cart 1 leased"])
    }
    #expect(granted == [])
    #expect(then == [])
  }

  @Test(arguments: IntakeStore.allCases)
  func `a new address takes back the message to the old one`(kind: IntakeStore) async throws {
    let (granted, then) = try await run(kind) { try await $0.identify("ann", email: "ann.new@tea.example") }
    #expect(granted == ["ben@tea.example"])
    #expect(then == ["ann.new@tea.example"])
  }

  @Test func `so does an address that is gone`() async throws {
    let (granted, then) = try await run { try await $0.identify("ann", email: nil) }
    #expect(granted == ["ben@tea.example"])
    #expect(then == [])
  }

  @Test func `so does an event of unless`() async throws {
    var trigger = SchedulerFloor.cart
    trigger.steps[0].unless = ["quiz_finished"]
    let (granted, then) = try await run(.sqlite, [trigger]) { floor in
      _ = try await floor.intake.take([.quiz("ann", "q", 10_000)], now: Self.now)
    }
    #expect(granted == ["ben@tea.example"])
    #expect(then == [])
  }

  @Test(arguments: IntakeStore.allCases)
  func `so does an imported order`(kind: IntakeStore) async throws {
    let (granted, then) = try await run(kind) { floor in
      var sheet = OrderSheet(receivedAt: Self.now)
      let order = Order(
        id: "o-ann", placedAt: Self.now, total: Money(minorUnits: 100, currency: IntakeFloor.currency),
        lines: [], cartID: "cart-ann", receivedAt: Self.now)
      _ = sheet.append(order, of: "ann")
      sheet.seal()
      try await floor.intake.take(orders: sheet) { _ in }
    }
    #expect(granted == ["ben@tea.example"])
    #expect(then == [])
  }

  @Test func `so does an imported customer with another address`() async throws {
    let (granted, then) = try await run { floor in
      var traits = CustomerTraits()
      traits.email = .some("ann.new@tea.example")
      let event = Event(messageID: "row", name: .customerIdentified, at: Self.now, receivedAt: Self.now)
      _ = try await floor.intake.take(
        [IncomingEvent(customerID: "ann", event: event, effect: .identify(traits))], now: Self.now,
        source: "import", keepsEvents: false, isLimited: false)
    }
    #expect(granted == ["ben@tea.example"])
    #expect(then == ["ann.new@tea.example"])
  }

  @Test func `a pause takes back what was claimed`() async throws {
    let (granted, then) = try await run { floor in
      _ = await floor.responder.handlers.answer(["command": "pause", "trigger": "cart"])
    }
    #expect(granted == [])
    #expect(then == [])
  }

  @Test func `a trigger whose file is gone takes back what was claimed`() async throws {
    let (granted, then) = try await run { floor in
      try await floor.store.write { _ = try $0.syncTriggers([], now: Self.now) }
      floor.live.update { $0.program.triggers = [:] }
      let replanner = Replanner(store: floor.store, shop: floor.live)
      while try await replanner.step(now: Self.now) {}
    }
    #expect(granted == [])
    #expect(then == [])
  }

  @Test func `what says nothing about a message leaves its claim`() async throws {
    let (granted, then) = try await run { floor in
      _ = try await floor.intake.take(
        [.quiz("ann", "q", 10_000), .identified("ann", "t", 10_000, ["size": .string("large")])],
        now: Self.now)
      try await floor.order("somebody")
    }
    #expect(granted == ["ann@tea.example", "ben@tea.example"])
    #expect(then == [])
  }

  @Test(arguments: IntakeStore.allCases)
  func `what has begun its handoff is not touched`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      let outbox = outbox(floor)
      let claimed = try await claim(outbox)
      #expect(try await outbox.beginHandoff(claimed.map(\.claim), now: Self.now).count == 1)
      try await floor.order("ann")
      #expect(try await floor.messages() == ["ann cart 1 handoff"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `of many customers those are found who have a claim`(kind: IntakeStore) async throws {
    let (granted, _) = try await run(kind) { floor in
      let keys = try await floor.store.read { try $0.customerKeys(ids: ["ann"]) }
      let ann = try #require(keys.first ?? nil)
      let others = (1000..<1200).map { CustomerKey($0) }
      try await floor.store.write { try $0.takeBack(of: Set(others + [ann])) }
    }
    #expect(granted == ["ben@tea.example"])
  }
}
