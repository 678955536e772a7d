import Decisioning
import Domain
import Platform
import Store
import Synchronization
import Testing

@testable import Service

/// The service's parts on a real store, with a clock that is set wrong and right again while events come.
struct WrongClockTests {
  /// A machine's clock, and the time since it was started.
  private final class Machine: Sendable {
    private let state = Mutex((elapsed: Duration.seconds(100), error: Duration.zero))

    /// What the clock would say were it right.
    var truth: Instant { SchedulerFloor.now + state.withLock { $0.elapsed } - .seconds(100) }
    var wall: Instant { truth + state.withLock { $0.error } }
    var elapsed: Duration { state.withLock { $0.elapsed } }
    func pass(_ time: Duration) { state.withLock { $0.elapsed += time } }
    func set(wrongBy error: Duration) { state.withLock { $0.error = error } }
  }

  private struct Shop {
    let floor: SchedulerFloor
    let machine: Machine
    let clock: TrustedClock
    let intake: Intake
    let outbox: StoreOutbox
    let watch: ClockWatch

    init(_ floor: SchedulerFloor, _ machine: Machine, known: Instant? = nil) {
      self.floor = floor
      self.machine = machine
      let clock = TrustedClock(known: known, wall: { machine.wall }, elapsed: { machine.elapsed })
      self.clock = clock
      intake = Intake(
        store: floor.store, shop: floor.live, doubts: { clock.isDoubted })
      outbox = StoreOutbox(
        floor.store, shop: floor.live, log: .silent, clock: clock)
      watch = ClockWatch(
        clock, store: floor.store, shop: floor.live, log: .silent, elapsed: { machine.elapsed }, believed: {})
    }

    /// Somebody fills a cart just now.
    func fillCart(_ customer: String) async throws {
      let now = clock.now()
      var traits = CustomerTraits()
      traits.email = .some("\(customer)@tea.example")
      _ = try await intake.take(
        [
          IncomingEvent(
            customerID: customer,
            event: Event(messageID: "i-\(customer)", name: .customerIdentified, at: now, receivedAt: now),
            effect: .identify(traits)),
          IncomingEvent(
            customerID: customer,
            event: Event(messageID: "c-\(customer)", name: .productAdded, at: now, receivedAt: now),
            effect: .cartChanged(
              cartID: "cart-\(customer)", url: nil,
              change: .add(OrderLine(sku: "tea", quantity: 1, price: 100)))),
        ], now: now)
    }

    /// What the daemon's loops do once.
    func work() async throws {
      try await watch.heed()
      if clock.isDoubted { return }
      let replanner = Replanner(store: floor.store, shop: floor.live)
      while try await replanner.step(now: clock.now()) {}
      try await floor.tick(clock.now())
    }
  }

  @Test(arguments: [Duration.days(30), .zero - .hours(1), .days(4000), .zero - .days(20_000)])
  func `what came while the clock was wrong for a while goes out when it is due`(error: Duration) async throws
  {
    try await SchedulerFloor.use(batchSize: 100) { floor in
      let machine = Machine()
      let shop = Shop(floor, machine)
      try await shop.fillCart("ann")
      machine.set(wrongBy: error)
      machine.pass(.seconds(10))
      try await shop.fillCart("bob")
      try await shop.work()
      #expect(try await floor.messages().isEmpty)
      #expect(try await floor.store.read { try $0.unplannedCount() } == 1)
      machine.pass(.seconds(10))
      machine.set(wrongBy: .zero)
      try await shop.fillCart("cid")
      try await shop.work()
      #expect(try await floor.store.read { try $0.unplannedCount() } == 0)
      machine.pass(.minutes(59))
      try await shop.work()
      #expect(try await floor.messages().isEmpty)
      machine.pass(.minutes(2))
      try await shop.work()
      #expect(try await floor.messages() == ["ann cart 1 queued", "bob cart 1 queued", "cid cart 1 queued"])
    }
  }

  @Test func `while the clock is doubted nothing is claimed`() async throws {
    try await SchedulerFloor.use(batchSize: 100) { floor in
      let machine = Machine()
      let shop = Shop(floor, machine)
      try await shop.fillCart("ann")
      machine.pass(.minutes(61))
      try await shop.work()
      #expect(try await floor.messages() == ["ann cart 1 queued"])
      machine.set(wrongBy: .days(2))
      let claim = {
        try await shop.outbox.claim(channel: "email", limit: 9, lease: .minutes(1), now: shop.clock.now())
      }
      #expect(try await claim().isEmpty)
      machine.set(wrongBy: .zero)
      #expect(try await claim().count == 1)
    }
  }

  @Test func `a clock that stays behind swallows nothing of triggers that are newer than it`() async throws {
    try await SchedulerFloor.use(batchSize: 100) { floor in
      let machine = Machine()
      // The trigger was enabled a minute ago, and the clock is set back by an hour for good.
      try await floor.store.write { tx in
        try tx.connection.execute(
          SQLText("UPDATE triggers SET enabled_at = \((machine.truth - .minutes(1)).milliseconds)"))
      }
      try await floor.live.readTriggers(in: floor.store)
      let shop = Shop(floor, machine)
      machine.set(wrongBy: .zero - .hours(1))
      try await shop.fillCart("ann")
      machine.pass(.seconds(601))
      try await shop.work()
      try await shop.fillCart("bob")
      machine.pass(.minutes(61))
      try await shop.work()
      #expect(try await floor.messages() == ["bob cart 1 queued"])
      // Her cart was filled an hour later by this clock.
      machine.pass(.minutes(60))
      try await shop.work()
      #expect(try await floor.messages() == ["ann cart 1 queued", "bob cart 1 queued"])
    }
  }

  @Test func `a start by a clock that is behind what the store has seen is noticed`() async throws {
    try await SchedulerFloor.use(batchSize: 100) { floor in
      let machine = Machine()
      let truth = machine.truth
      try await floor.store.write { try $0.remember(known: truth) }
      machine.set(wrongBy: .zero - .hours(1))
      let shop = Shop(floor, machine, known: try await floor.store.read { try $0.knownInstant() })
      #expect(shop.clock.isDoubted)
      try await shop.fillCart("ann")
      machine.pass(.seconds(30))
      machine.set(wrongBy: .zero)
      try await shop.work()
      machine.pass(.minutes(61))
      try await shop.work()
      #expect(try await floor.messages() == ["ann cart 1 queued"])
    }
  }
}
