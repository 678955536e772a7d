import Decisioning
import Domain
import Support
import Testing

/// What lay before a trigger was enabled.
struct ExistingCustomersTests {
  private static func orders(_ existing: ExistingCustomers = .skip) -> Trigger {
    .make(
      "thanks", EventRule(name: .orderCompleted, only: .every),
      [.make("thanks", after: .minutes(10)), .make("tips", after: .days(5))], existing: existing)
  }

  @Test(arguments: [("2026-01-01 09:59", true), ("2026-01-01 09:58", false), ("2025-12-31 10:00", false)])
  func `an event that comes after enabling may be stamped up to a minute before`(stamp: String, fires: Bool) {
    let script = Script(Self.orders(), start: "2026-01-01 10:00")
    script.customer("ann").completesOrder("o1", at: stamp)
    script.customer("bob").does("quiz_finished", at: stamp)
    script.reload(
      .make("quiz", EventRule(name: "quiz_finished", only: .first), [.make("quiz/result")]))
    script.at("2026-01-01 11:00")
    #expect(script.sent.map(\.customer) == (fires ? ["bob", "ann"] : []))
  }

  @Test func `an event that came before enabling is left alone, however near`() {
    let script = Script(start: "2026-01-01 10:00")
    script.customer("ann").completesOrder("o1")
    script.at("2026-01-01 10:01")
    script.reload(Self.orders())
    script.at("2026-01-20 10:00")
    script.expect.messages()
  }

  @Test func `an event of the minute before that was taken fires once, whatever comes after`() {
    let script = Script(Self.orders(), start: "2026-01-01 10:00")
    script.customer("ann").completesOrder("o1", at: "2026-01-01 09:59")
    script.at("2026-01-01 12:00").customer("ann").completesOrder("o1", at: "2026-01-01 09:59")
    script.reload(Self.orders())
    script.at("2026-01-20 10:00")
    script.expect.messages(
      "2026-01-01 10:09 ann email thanks", "2026-01-06 09:59 ann email tips")
  }

  @Test func `with include a moment fires at its own time when that is not too long ago`() {
    let script = Script(start: "2026-06-01 10:00")
    // Three days is what an event has.
    script.customer("ann").completesOrder("o1", at: "2026-05-29 09:50")
    script.customer("bob").completesOrder("o2", at: "2026-05-29 09:49")
    script.reload(Self.orders(.include))
    script.at("2026-06-30 10:00")
    script.expect.messages("2026-06-01 10:00 ann email thanks", "2026-06-06 09:50 ann email tips")
    script.expect.enrollments(of: "bob")
  }

  @Test func `nobody is told that food runs out which ran out six weeks ago`() {
    for existing in ExistingCustomers.allCases {
      let script = Script(start: "2026-06-01 10:00")
      script.catalog.products["tea"] = Product(sku: "tea", cycleDays: 30)
      script.customer("ann").completesOrder("o1", at: "2026-03-20 10:00")
      script.customer("bob").completesOrder("o2", at: "2026-05-02 10:00")
      script.customer("cat").completesOrder("o3", at: "2026-05-10 10:00")
      var trigger = Trigger.replenishment()
      trigger.existing = existing
      script.reload(trigger)
      script.at("2026-06-30 10:00")
      if existing == .include {
        script.expect.messages(
          "2026-06-01 10:00 bob email replenish/soon", "2026-06-04 10:00 cat email replenish/soon")
      } else {
        script.expect.messages("2026-06-04 10:00 cat email replenish/soon")
      }
    }
  }

  @Test func `with include a cart of this morning is reminded of, one of last week is not`() {
    var trigger = Trigger.cartRecovery
    trigger.existing = .include
    let script = Script(start: "2026-06-08 12:00")
    script.customer("ann").adds("tea", at: "2026-06-08 08:00")
    script.customer("bob").adds("tea", at: "2026-06-01 08:00")
    script.reload(trigger)
    script.at("2026-06-08 13:00")
    script.expect.messages("2026-06-08 12:00 ann email cart/reminder")
    script.expect.enrollments(of: "bob")
  }

  @Test func `with include a birthday whose morning passed is greeted until its day is over`() {
    var trigger = Trigger.birthday()
    trigger.existing = .include
    let script = Script(start: "2026-05-18 12:00")
    script.customer("ann").becomes { $0.birthday = Birthday(month: 5, day: 20) }
    script.customer("bob").becomes { $0.birthday = Birthday(month: 5, day: 17) }
    script.reload(trigger)
    script.at("2026-05-30 00:00")
    script.expect.messages("2026-05-18 12:00 ann email birthday/gift")
    script.expect.enrollments(of: "bob", "2027 active 2027-05-14 09:00")
  }

  @Test func `those who had lapsed before are written to over the days of spread, each once`() {
    let script = Script(start: "2026-06-01 00:00")
    let names = (0..<70).map { "c\($0)" }
    for name in names { script.customer(name).completesOrder("o-\(name)", at: "2024-01-10 10:00") }
    let trigger = Trigger.winBack(existing: .include, spread: .days(7))
    script.reload(trigger)
    let planned = names.compactMap { script.states[$0]?.enrollments.first?.firesAt }
    // Planned anew, everybody keeps the time.
    script.passes(.hours(1))
    script.reload(trigger)
    #expect(names.compactMap { script.states[$0]?.enrollments.first?.firesAt } == planned)
    script.at("2026-06-10 00:00")
    let start = script.program.brand.zone.instant("2026-06-01 00:00")
    #expect(Set(script.sent.map(\.customer)) == Set(names))
    #expect(script.sent.count == names.count)
    let days = Dictionary(grouping: script.sent) { ($0.at - start).milliseconds / 86_400_000 }
    #expect(days.keys.sorted() == [0, 1, 2, 3, 4, 5, 6])
    #expect(days.values.allSatisfy { (3...20).contains($0.count) })
  }

  @Test func `a customer of whom it becomes known too late that he lapsed is woken with include`() {
    for existing in ExistingCustomers.allCases {
      let script = Script(.winBack(existing: existing))
      // Lapsed on 2 April, when the trigger was there already; 14 days later it is too late for that moment.
      script.at("2026-06-01 10:00").customer("ann").completesOrder("o1", at: "2026-01-02 10:00")
      script.at("2026-12-31 00:00")
      if existing == .include {
        script.expect.messages(
          "2026-06-01 10:00 ann email winback/miss-you", "2026-06-15 10:00 ann email winback/last")
      } else {
        script.expect.messages()
      }
    }
  }
}
