import Decisioning
import Domain
import Testing

@testable import Service

@Suite struct TraitsBesideEventsTests {
  @Test func `traits beside an event are those of an identify call`() async throws {
    try await IntakeFloor.use { floor in
      var event = IncomingEvent.ordered("ann", "m1", 5)
      var traits = CustomerTraits()
      traits.email = .some("ann@shop.example")
      traits.consent = ["email": .granted]
      traits.attributes = ["points": .integer(3)]
      event.traits = traits
      try await floor.take([event])
      let ann = try #require(try await floor.state("ann"))
      #expect(ann.customer.email == "ann@shop.example")
      #expect(ann.customer.consent == ["email": .granted])
      #expect(ann.orders.count == 1)

      // An older event tells older traits.
      event = .viewed("ann", "m2", 1)
      traits.email = .some("old@shop.example")
      event.traits = traits
      try await floor.take([event])
      #expect(try await floor.state("ann")?.customer.email == "ann@shop.example")
    }
  }

  @Test func `a consent flag beside an event does not undo an unsubscribe, the customer's word does`()
    async throws
  {
    try await IntakeFloor.use { floor in
      try await floor.take([.expressed("ann", "m1", 0, .withdrawn)])
      var event = IncomingEvent.viewed("ann", "m2", 5)
      event.traits = CustomerTraits()
      event.traits?.consent = ["email": .granted]
      try await floor.take([event])
      #expect(try await floor.state("ann")?.customer.consent == ["email": .withdrawn])

      var granted = IncomingEvent.expressed("ann", "m3", 6, .granted)
      granted.traits = CustomerTraits()
      granted.traits?.consent = ["email": .withdrawn]
      try await floor.take([granted])
      #expect(try await floor.state("ann")?.customer.consent == ["email": .granted])
    }
  }

  @Test func `traits beside an event plan what depends on the customer`() async throws {
    try await IntakeFloor.use { floor in
      floor.live.update { shop in
        shop.program.triggers["quiz"]?.when = AnniversaryRule(
          of: .birthday, before: .days(3), at: .midnight, leapDay: .feb28)
      }
      var event = IncomingEvent.viewed("ann", "m1", 5)
      event.traits = CustomerTraits()
      event.traits?.birthday = .some(GivenBirthday(Birthday(month: 5, day: 17)))
      try await floor.take([event])
      #expect(try await floor.state("ann")?.enrollments.map(\.trigger) == ["quiz"])
    }
  }
}
