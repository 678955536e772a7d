import Domain
import Platform
import Store
import Testing

@testable import Service

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

  @Test func `explain says that a step waits for an address and until when`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await fillCart(floor)
      try await floor.tick()
      let answer = await floor.operations.perform(["command": "explain", "customer": "ann"])
      let text = ExplanationText.text(answer, style: .plain)
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
