import Decisioning
import Domain
import Support
import Testing

struct ReconciliationTests {
  @Test func `a changed file gives running enrollments the new times`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    var slower = Trigger.welcome
    slower.steps[0].after = .hours(2)
    script.reload(slower)
    script.at("2026-03-01 13:00")
    script.expect.messages("2026-03-01 12:00 ann email welcome/thanks")
  }

  @Test func `a removed step is passed over, an added one comes in its turn`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 11:00")
    var other = Trigger.welcome
    other.steps[1] = .make("welcome/story", after: .days(1))
    script.reload(other)
    script.at("2026-03-20 00:00")
    script.expect.messages(
      "2026-03-01 10:10 ann email welcome/thanks", "2026-03-02 10:00 ann email welcome/story")
  }

  @Test func `when every step left was removed, the enrollment is complete`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 11:00")
    var shorter = Trigger.welcome
    shorter.steps.removeLast()
    script.reload(shorter)
    script.at("2026-03-20 00:00")
    script.expect.enrollments(of: "ann", "first completed")
  }

  @Test func `a removed trigger ends what is left of it`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.program.triggers["welcome"] = nil
    script.at("2026-03-20 00:00")
    script.expect.messages()
    script.expect.enrollments(of: "ann", "first ended trigger_removed")
  }

  @Test func `after an outage late steps are expired, not sent in a burst`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-05 10:00")
    script.at("2026-03-05 10:00")
    script.expect.messages("2026-03-05 10:00 ann email welcome/guide")
    script.expect.held("2026-03-05 10:00 ann thanks skip expired")
  }

  @Test func `planning again in a quiet night does not wake what waits for the morning`() {
    var trigger = Trigger.cartRecovery
    trigger.endsWith = .cart
    let script = Script(trigger)
    script.program.limits.quietHours = QuietHours(from: .at("21:00"), to: .at("09:00"))
    script.at("2026-03-01 20:30").customer("ann").adds("tea")
    script.at("2026-03-01 22:00").customer("ann").completesOrder("o9", "cup", cart: "elsewhere")
    script.expect.enrollments(of: "ann", "default@1772368200000 active 2026-03-02 09:00")
    script.reload(trigger)
    script.expect.enrollments(of: "ann", "default@1772368200000 active 2026-03-01 21:30")
  }

  @Test func `planning twice changes nothing the second time`() {
    let triggers: [Trigger] = [
      .welcome, .cartRecovery, .replenishment(.fixed(.days(30))), .birthday(), .winBack(),
    ]
    let script = Script(triggers[0], triggers[1], triggers[2], triggers[3], triggers[4])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", at: "2026-03-01 09:59").adds("cup")
      .becomes {
        $0.birthday = Birthday(month: 5, day: 5)
      }
    guard let state = script.states["ann"] else { return #expect(Bool(false)) }
    #expect(state.enrollments.count == 5)
    for trigger in triggers {
      let changes = Planner.replan(
        trigger: trigger, state: state, catalog: script.catalog, program: script.program,
        enabledAt: script.now - .days(30), now: script.now)
      #expect(changes == [], "\(trigger.id)")
    }
  }

  @Test func `each kind says what can change its plans`() {
    #expect(Trigger.welcome.when.reads == [.orders])
    #expect(Trigger.cartRecovery.when.reads == [.carts, .orders])
    #expect(Trigger.replenishment().when.reads == [.orders, .products])
    #expect(Trigger.birthday().when.reads == [.customer])
    #expect(Trigger.winBack().when.reads == [.orders])
    let quiz = Trigger.make(
      "quiz", EventRule(name: "quiz_finished", condition: .script("customer.id"), only: .every), [])
    #expect(quiz.when.reads == StateParts(.customer, .orders, eventNames: ["quiz_finished"]))
  }
}
