import Decisioning
import Domain
import Simulation
import Support
import Testing

/// Virtual time in slices, on one thread or several.
struct SliceTests {
  private static let series = Trigger.make(
    "series", EventRule(name: .orderCompleted, only: .every),
    [.make("1"), .make("2", after: .days(3), unless: [.orderCompleted])])

  /// Every third customer orders again two days after the first message, every fifth address bounces.
  private static let policy = DeliveryPolicy { handover in
    let number = Int(handover.customerID.dropFirst()) ?? 0
    if number % 5 == 0 { return .init(.badAddress) }
    guard number % 3 == 0, handover.message.message.step == "1",
      handover.message.message.occurrence.hasPrefix("first")
    else { return .init(.accepted) }
    let at = handover.at + .days(2)
    let order = Order(
      id: "again-\(number)", placedAt: at, total: .cny(100), lines: [], receivedAt: at)
    let event = Event(messageID: "again-\(number)", name: .orderCompleted, at: at, receivedAt: at)
    return .init(
      .accepted,
      follows: [
        Arrival(IncomingEvent(customerID: handover.customerID, event: event, effect: .orderPlaced(order)))
      ])
  }

  private func run(_ slice: Duration, threads: Int) -> TestShop {
    var options = Simulation.Options()
    options.slice = slice
    options.threads = threads
    var shop = TestShop([Self.series], Self.policy, options: options)
    for number in 1...1200 {
      // Some share an inbox.
      shop.tell("0\(number % 10):00", .identified("c\(number)", email: "c\(number % 900)@mail.example"))
      shop.tell("1\(number % 10):00", .ordered("c\(number)", "first-\(number)"))
    }
    shop.run(until: "2026-03-12 00:00")
    return shop
  }

  @Test func `threads and the length of slices change nothing`() {
    let whole = run(.days(30), threads: 1)
    #expect(whole.slices == 1)
    #expect(whole.ended.count { $0.hasSuffix(" sent") } > 1500)
    #expect(whole.ended.count { $0.hasSuffix(" dead") } > 100)
    #expect(whole.decisions.contains { $0.hasSuffix("skip exit_condition") })
    for (slice, threads) in [(Duration.hours(7), 1), (.days(1), 3), (.days(30), 4)] {
      let other = run(slice, threads: threads)
      #expect(other.decisions == whole.decisions)
      #expect(other.ended == whole.ended)
    }
  }

  @Test func `copies of one simulation run different programs over the same events`() {
    var first = TestShop([Self.series])
    first.tell("10:00", .identified("ann", email: "ann@mail.example"))
    first.tell("11:00", .ordered("ann", "o1"))
    var second = first
    second.simulation.change { $0.program.triggers["series"]?.steps.removeLast() }
    first.run(until: "2026-03-10 00:00")
    second.run(until: "2026-03-10 00:00")
    #expect(first.ended == ["11:00 ann email sent", "2026-03-04 11:00 ann email sent"])
    #expect(second.ended == ["11:00 ann email sent"])
  }

  @Test func `it goes on from a given state`() throws {
    var before = TestShop([Self.series])
    before.tell("10:00", .identified("ann", email: "ann@mail.example"))
    before.tell("11:00", .ordered("ann", "o1"))
    before.run(until: "12:00")
    let ann = try #require(before.simulation.customer("ann"))
    var after = TestShop([Self.series])
    after.simulation.add(SimulatedCustomer(ann.state, messages: ann.messages))
    after.run(until: "2026-03-10 00:00")
    #expect(after.ended == ["2026-03-04 11:00 ann email sent"])
  }

  @Test func `what happened long ago and becomes known late is planned by its own time`() {
    var shop = TestShop([Self.series])
    shop.tell("08:00", .identified("ann", email: "ann@mail.example"))
    let happened = shop.time("09:00")
    let known = shop.time("2026-03-02 09:00")
    let order = Order(id: "o1", placedAt: happened, total: .cny(100), receivedAt: known)
    let event = Event(messageID: "late", name: .orderCompleted, at: happened, receivedAt: known)
    shop.simulation.take([
      Arrival(IncomingEvent(customerID: "ann", event: event, effect: .orderPlaced(order)))
    ])
    shop.run(until: "2026-03-10 00:00")
    #expect(shop.ended == ["2026-03-02 09:00 ann email sent", "2026-03-05 09:00 ann email sent"])
  }
}
