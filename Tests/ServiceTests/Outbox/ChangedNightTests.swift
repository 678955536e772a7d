import Decisioning
import Domain
import Platform
import Store
import Testing

@testable import Service

/// What waits for an opening when the night becomes another. It is ten in the morning in UTC, seven in the evening in
/// Tokyo.
struct ChangedNightTests {
  private static let now = SchedulerFloor.now

  /// From `from` to `to` o'clock.
  private static func hours(_ from: Int, _ to: Int) throws -> QuietHours {
    QuietHours(
      from: try #require(ClockTime(hour: from, minute: 0)), to: try #require(ClockTime(hour: to, minute: 0)))
  }

  private func claim(_ floor: SchedulerFloor, at: Instant) async throws -> [String] {
    try await StoreOutbox(floor.store, shop: floor.live, log: .silent)
      .claim(channel: "email", limit: 10, lease: .minutes(20), now: at).map(\.content.to)
  }

  /// Where a message waits for the opening.
  enum Place: CaseIterable {
    /// Its step was put off.
    case step
    /// It was decided before the night began.
    case outbox
  }

  /// A message to Ann that waits for eight in the evening by the clock of `zone`.
  private func use(
    _ kind: IntakeStore, _ place: Place, zone: String? = nil, _ quiet: QuietHours,
    _ body: (SchedulerFloor) async throws -> Void
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      if let zone { try await floor.move("ann", to: zone, at: Self.now - .hours(1)) }
      if place == .outbox { try await floor.tick() }
      try await floor.reload { $0.limits.quietHours = quiet }
      if place == .step { try await floor.tick() }
      #expect(try await claim(floor, at: Self.now) == [])
      #expect(
        try await floor.messages() == (place == .step ? [] : ["ann cart 1 waiting"]))
      try await body(floor)
    }
  }

  /// When it is asked next.
  private func next(_ floor: SchedulerFloor) async throws -> Instant? {
    try await floor.store.read { try $0.nextDueAt() ?? $0.nextDelivery(channel: "email") }
  }

  private func go(_ floor: SchedulerFloor, at: Instant) async throws -> [String] {
    try await floor.tick(at)
    return try await claim(floor, at: at)
  }

  @Test(arguments: IntakeStore.allCases, Place.allCases)
  func `an earlier opening lets go at that`(kind: IntakeStore, place: Place) async throws {
    try await use(kind, place, Self.hours(9, 20)) { floor in
      #expect(try await next(floor) == Self.now + .hours(10))
      let earlier = try Self.hours(9, 12)
      try await floor.reload(Self.now + .minutes(1)) { $0.limits.quietHours = earlier }
      #expect(try await go(floor, at: Self.now + .minutes(1)) == [])
      #expect(try await next(floor) == Self.now + .hours(2))
      #expect(try await go(floor, at: Self.now + .hours(2)) == ["ann@tea.example"])
    }
  }

  @Test(arguments: IntakeStore.allCases, Place.allCases)
  func `a later opening holds until that`(kind: IntakeStore, place: Place) async throws {
    try await use(kind, place, Self.hours(9, 12)) { floor in
      let later = try Self.hours(9, 20)
      try await floor.reload(Self.now + .minutes(1)) { $0.limits.quietHours = later }
      #expect(try await go(floor, at: Self.now + .minutes(1)) == [])
      #expect(try await go(floor, at: Self.now + .hours(2)) == [])
      #expect(try await next(floor) == Self.now + .hours(10))
      #expect(try await go(floor, at: Self.now + .hours(10)) == ["ann@tea.example"])
    }
  }

  @Test(arguments: IntakeStore.allCases, Place.allCases)
  func `without quiet hours nothing waits any more`(kind: IntakeStore, place: Place) async throws {
    try await use(kind, place, Self.hours(9, 20)) { floor in
      try await floor.reload(Self.now + .minutes(1)) { $0.limits.quietHours = nil }
      #expect(try await go(floor, at: Self.now + .minutes(1)) == ["ann@tea.example"])
    }
  }

  @Test(arguments: IntakeStore.allCases, Place.allCases)
  func `the shop's zone is that of customers who have none`(kind: IntakeStore, place: Place) async throws {
    try await use(kind, place, Self.hours(9, 12)) { floor in
      try await floor.reload(Self.now + .minutes(1)) { program in
        if let tokyo = program.zones["Asia/Tokyo"] { program.brand.zone = tokyo }
      }
      #expect(try await go(floor, at: Self.now + .minutes(1)) == ["ann@tea.example"])
    }
  }

  @Test(arguments: IntakeStore.allCases, Place.allCases)
  func `a customer who turns out to live where it is day gets it at once`(
    kind: IntakeStore, place: Place
  ) async throws {
    try await use(kind, place, Self.hours(9, 12)) { floor in
      let then = Self.now + .minutes(1)
      try await floor.move("ann", to: "Asia/Tokyo", at: then)
      #expect(try await next(floor) == then)
      #expect(try await go(floor, at: then) == ["ann@tea.example"])
    }
  }

  @Test(arguments: IntakeStore.allCases, Place.allCases)
  func `one who lives where the night is longer waits for its end`(
    kind: IntakeStore, place: Place
  ) async throws {
    // From six in the evening to eight: until 11:00 by UTC. Ann then moves to where it is ten in the morning.
    try await use(kind, place, zone: "Asia/Tokyo", Self.hours(18, 11)) { floor in
      #expect(try await next(floor) == Self.now + .hours(16))
      let then = Self.now + .minutes(1)
      try await floor.move("ann", to: nil, at: then)
      #expect(try await go(floor, at: then) == [])
      #expect(try await next(floor) == Self.now + .hours(1))
      #expect(try await go(floor, at: Self.now + .hours(1)) == ["ann@tea.example"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a claim is taken back from who lives where it is night`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      let quiet = try Self.hours(18, 23)
      try await floor.reload { $0.limits.quietHours = quiet }
      try await floor.fillCarts("ann")
      #expect(try await go(floor, at: Self.now) == ["ann@tea.example"])
      try await floor.move("ann", to: "Asia/Tokyo")
      #expect(try await floor.messages() == ["ann cart 1 queued"])
      #expect(try await claim(floor, at: Self.now) == [])
      #expect(try await next(floor) == Self.now + .hours(4))
    }
  }

  @Test func `what is decided by the night before is decided anew`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      let quiet = try Self.hours(9, 20)
      try await floor.reload { $0.limits.quietHours = quiet }
      try await floor.fillCarts("ann")
      try await floor.tick(writtenAfter: {
        try await floor.store.write { tx in
          floor.live.update { $0.program.limits.quietHours = nil }
          try ChangedRules.follow(floor.live.current.program, in: tx, now: Self.now)
        }
      })
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 queued"])
      #expect(try await floor.decisions() == ["ann cart 1 send"])
    }
  }
}
