import Decisioning
import Domain
import Operations
import Platform
import Store
import Testing

@testable import Service
@testable import reprise

/// A step that is due before its customer's address is known.
struct WaitingForAddressTests {
  private static let now = SchedulerFloor.now

  /// A cart left alone for an hour and a half, of somebody who has no address.
  private func fillCart(_ floor: SchedulerFloor) async throws {
    _ = try await floor.intake.take([.added("ann", "c", 10_000 - 90)], now: Self.now - .minutes(90))
  }

  private func identify(
    _ floor: SchedulerFloor, _ id: String, at: Instant, keepsEvents: Bool = true,
    _ change: (inout CustomerTraits) -> Void
  ) async throws -> IntakeReceipt {
    var traits = CustomerTraits()
    change(&traits)
    return try await floor.intake.take(
      [
        IncomingEvent(
          customerID: "ann", event: Event(messageID: id, name: .customerIdentified, at: at, receivedAt: at),
          effect: .identify(traits))
      ], now: at, keepsEvents: keepsEvents)
  }

  @Test(arguments: IntakeStore.allCases, [true, false])
  func `a step waits for an address unasked and is due when one comes`(
    kind: IntakeStore, isByAPI: Bool
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await fillCart(floor)
      try await floor.tick()
      #expect(try await floor.decisions() == ["ann cart 1 defer no_address"])
      let expiry = Self.now - .minutes(30) + .days(3) + .milliseconds(1)
      #expect(try await floor.store.read { try $0.nextDueAt() } == expiry)
      // What says nothing about an address wakes nobody.
      _ = try await identify(floor, "i1", at: Self.now + .hours(1)) { $0.firstName = .some("Ann") }
      #expect(try await floor.store.read { try $0.nextDueAt() } == expiry)
      let later = Self.now + .hours(2)
      let receipt = try await identify(floor, "i2", at: later, keepsEvents: isByAPI) {
        $0.email = .some("ann@tea.example")
      }
      #expect(receipt.plansChanged == 1)
      #expect(try await floor.store.read { try $0.nextDueAt() } == later)
      #expect(try await floor.tick(later) == 1)
      #expect(try await floor.messages() == ["ann cart 1 queued"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `without one the step ends as expired`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await fillCart(floor)
      try await floor.tick()
      let expiry = Self.now - .minutes(30) + .days(3)
      #expect(try await floor.tick(expiry) == 0)
      #expect(try await floor.tick(expiry + .milliseconds(1)) == 1)
      #expect(try await floor.decisions() == ["ann cart 1 defer no_address", "ann cart 1 skip expired"])
      #expect(try await floor.store.read { try $0.nextDueAt() } == nil)
    }
  }

  @Test(arguments: IntakeStore.allCases, [true, false])
  func `a message of the outbox that waits for an address goes when one comes`(
    kind: IntakeStore, isByAPI: Bool
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann", "ben")
      try await floor.tick()
      try await floor.identify("ann", email: nil)
      let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
      func claim(_ now: Instant) async throws -> [String] {
        try await outbox.claim(channel: "email", limit: 10, lease: .minutes(20), now: now).map(\.content.to)
      }
      #expect(try await claim(Self.now) == ["ben@tea.example"])
      #expect(try await floor.messages() == ["ann cart 1 waiting", "ben cart 1 leased"])
      let name = try await identify(floor, "i1", at: Self.now + .seconds(1)) { $0.firstName = .some("Ann") }
      #expect(name.messagesWoken == 0)
      #expect(try await claim(Self.now + .seconds(2)) == [])
      let receipt = try await identify(floor, "i2", at: Self.now + .seconds(3), keepsEvents: isByAPI) {
        $0.email = .some("ann.new@tea.example")
      }
      #expect(receipt.messagesWoken == 1)
      #expect(try await outbox.nextDue(channel: "email") == Self.now + .seconds(3))
      #expect(try await claim(Self.now + .seconds(3)) == ["ann.new@tea.example"])
    }
  }

  /// By a number that Ann has not, else by an address that gets nothing.
  private func useHeldBack(
    _ kind: IntakeStore, _ body: (SchedulerFloor) async throws -> Void
  ) async throws {
    var trigger = SchedulerFloor.cart
    trigger.steps[0].channels = ["sms", "email"]
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [trigger]) { floor in
      floor.addChannel("sms", to: .phone, medium: .text)
      try await floor.fillCarts("ann")
      try await body(floor)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a step whose only address an operator lets in again is due at once`(kind: IntakeStore) async throws {
    try await useHeldBack(kind) { floor in
      let request: JSON = ["channel": "email", "address": "Ann@tea.example"]
      func perform(_ command: String) async {
        var object = request.objectValue ?? JSONObject()
        object["command"] = .string(command)
        _ = await floor.responder.handlers.answer(.object(object))
      }
      await perform("suppress")
      try await floor.tick()
      #expect(try await floor.decisions() == ["ann cart 1 defer no_address"])
      await perform("unsuppress")
      #expect(try await floor.tick() == 1)
      #expect(try await floor.messages() == ["ann cart 1 queued"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a grant that lifts what another id of the address withdrew makes the step due at once`(
    kind: IntakeStore
  ) async throws {
    try await useHeldBack(kind) { floor in
      func say(_ id: String, _ state: ConsentState, by customer: String, at: Instant) async throws {
        _ = try await floor.intake.take(
          [
            IncomingEvent(
              customerID: customer,
              event: Event(messageID: id, name: .consentGranted, at: at, receivedAt: at),
              effect: .consent(["email"], state))
          ], now: at)
      }
      try await say("g1", .granted, by: "ann", at: Self.now - .minutes(3))
      try await floor.store.write {
        try $0.unsubscribe([("email", "ann@tea.example", Self.now - .minutes(2))], now: Self.now)
      }
      try await floor.tick()
      #expect(try await floor.decisions() == ["ann cart 1 defer no_address"])
      try await say("g2", .granted, by: "ann", at: Self.now)
      #expect(try await floor.tick() == 1)
      #expect(try await floor.messages() == ["ann cart 1 queued"])
    }
  }

  @Test func `explain says that a step waits for an address and until when`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await fillCart(floor)
      try await floor.tick()
      let answer = await floor.responder.handlers.answer(["command": "explain", "customer": "ann"])
      let text = ExplanationText.text(try ExplainAnswer(json: answer), style: .plain)
      #expect(
        text.contains(
          """
              Thu 2026-03-05 10:00  step 1: put off by no_address until Sun 2026-03-08 09:30
                ok trigger_paused, exit_condition,
                   expired (due_at Thu 2026-03-05 09:30, expires_at Sun 2026-03-08 09:30), audience
                NO email: no_address (field email)
                NO no_address (until Sun 2026-03-08 09:30)
              Thu 2026-03-05 10:00  step 1: waits now, held by no_address (until Sun 2026-03-08 09:30)
          """), "\(text)")
    }
  }
}
