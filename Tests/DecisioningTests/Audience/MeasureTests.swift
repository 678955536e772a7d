import Decisioning
import Domain
import Simulation
import Support
import Templates
import Testing

/// Named windows as conditions and messages see them.
struct MeasureTests {
  private func script(_ measures: [Measure], _ segments: [Segment] = [], audience: String? = nil) -> Script {
    let script = Script(start: "2026-01-01 00:00")
    var program = Program.shop([
      .make("thanks", EventRule(name: "asked", only: .every), [.make("thanks/1")], audience: audience)
    ])
    program.setTemplate("thanks/1", text: "{{ customer.orders_90d }} {{ customer.segments | join: ' ' }}")
    program.audience = AudienceRules(segments: segments, measures: measures)
    script.reload(program)
    return script
  }

  private static let ordersOf90Days = Measure(
    name: "orders_90d", source: .orders(OrderFilter()), isSum: false, window: .within(.days(90)))
  private static let spentInYear = Measure(
    name: "spent_year", source: .orders(OrderFilter()), isSum: true, window: .within(.days(365)))

  @Test func `a message tells the value at its own time, and the segments`() throws {
    let script = script(
      [Self.ordersOf90Days], [Segment(id: "buyers", who: SegmentTests.orders(1))])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    script.at("2026-03-02 10:00").customer("ann").does("asked")
    script.decideDue()
    script.at("2026-07-01 10:00").customer("ann").does("asked")
    script.decideDue()
    #expect(script.sent.map(\.message.content.text) == ["1 buyers", "0 buyers"])
  }

  @Test func `an audience asks for a measure and for segments`() {
    let script = script(
      [Self.ordersOf90Days, Self.spentInYear], [Segment(id: "buyers", who: SegmentTests.orders(1))],
      audience: "customer.spent_year >= 50 and customer.segments contains 'buyers'")
    script.at("2026-03-01 10:00").customer("ann").does("asked")
    script.decideDue()
    #expect(script.sent.isEmpty)
    script.at("2026-03-02 10:00").customer("ann").completesOrder("1", "tea x2")
    script.customer("ann").does("asked")
    script.decideDue()
    #expect(script.sent.count == 1)
  }

  @Test func `a segment that asks for a measure changes when the measure does`() {
    let script = script(
      [Self.ordersOf90Days],
      [Segment(id: "often", who: SegmentTests.condition("customer.orders_90d >= 2"))])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    script.at("2026-03-11 10:00").customer("ann").completesOrder("2")
    #expect(script.states["ann"]?.memberships["often"]?.isMember == true)
    script.at("2026-05-30 10:00")
    let left = script.states["ann"]?.memberships["often"]
    #expect(left?.isMember == false)
    #expect(left?.since == TimeZoneRules.shanghai.instant("2026-05-30 10:00"))
  }

  @Test func `a measure of events adds up a property`() {
    let tally = TallyRule(
      .event("listened", where: nil), property: "minutes", limit: 1000, reach: .days(7))
    let minutes = Measure(name: "minutes", source: .events(tally), isSum: true, window: .within(.days(7)))
    let script = script(
      [minutes], [Segment(id: "fans", who: SegmentTests.condition("customer.minutes >= 60"))])
    for (id, amount) in [("1", Value.integer(40)), ("2", .number(20)), ("3", .string("many"))] {
      script.at("2026-03-0\(id) 10:00")
      script.receive(
        Event(
          messageID: id, name: "listened", at: script.now, receivedAt: script.now,
          properties: ["minutes": amount]),
        from: "ann")
    }
    #expect(script.simulation.customer("ann")?.state.memberships["fans"]?.isMember == true)
    script.at("2026-03-08 10:00")
    #expect(script.simulation.customer("ann")?.state.memberships["fans"]?.isMember == false)
  }
}
