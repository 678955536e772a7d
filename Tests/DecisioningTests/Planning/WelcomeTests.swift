import Decisioning
import Domain
import Support
import Templates
import Testing

struct WelcomeTests {
  @Test func `the first order is thanked, and followed by a guide`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-10 00:00")
    script.expect.messages(
      "2026-03-01 10:10 ann email welcome/thanks", "2026-03-04 10:00 ann email welcome/guide")
    script.expect.enrollments(of: "ann", "first completed")
  }

  @Test func `a second order starts nothing, and spares the customer the guide`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-20 00:00")
    script.expect.messages("2026-03-01 10:10 ann email welcome/thanks")
    script.expect.held("2026-03-04 10:00 ann guide skip exit_condition")
  }

  @Test func `a second order that was cancelled does not take the guide away`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00").customer("ann").completesOrder("o2").cancelsOrder("o2")
    script.at("2026-03-20 00:00")
    script.expect.messages(
      "2026-03-01 10:10 ann email welcome/thanks", "2026-03-04 10:00 ann email welcome/guide")
  }

  @Test func `an older order that arrives before the message becomes the first`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-01 10:05").customer("ann").completesOrder("o1", at: "2026-03-01 09:58")
    script.expect.enrollments(of: "ann", "first active 2026-03-01 10:08")
    #expect(script.states["ann"]?.enrollments.first?.subject == .order(id: "o1"))
  }

  @Test
  func `an older order that arrives after the message makes its order the second, and spares the guide`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-01 11:00").customer("ann").completesOrder("o1", at: "2026-03-01 09:00")
    script.at("2026-03-20 00:00")
    script.expect.messages("2026-03-01 10:10 ann email welcome/thanks")
    script.expect.held("2026-03-04 10:00 ann guide skip exit_condition")
    script.expect.enrollments(of: "ann", "first completed")
    #expect(script.states["ann"]?.enrollments.first?.subject == .order(id: "o2"))
  }

  @Test func `an older order that is no first for the trigger takes no guide away`() {
    var trigger = Trigger.welcome
    trigger.when = EventRule(name: .orderCompleted, condition: .script("order.total >= 100"), only: .first)
    let script = Script(trigger)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o2", "tea x2")
    script.at("2026-03-01 11:00").customer("ann").completesOrder("o1", "tea", at: "2026-03-01 09:00")
    script.at("2026-03-20 00:00")
    script.expect.messages(
      "2026-03-01 10:10 ann email welcome/thanks", "2026-03-04 10:00 ann email welcome/guide")
  }

  @Test func `a cancelled first order ends the enrollment between its steps`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00").customer("ann").cancelsOrder("o1")
    script.expect.enrollments(of: "ann", "first ended cancelled")
    script.at("2026-03-20 00:00")
    script.expect.messages("2026-03-01 10:10 ann email welcome/thanks")
  }

  @Test func `a cancellation known before its order leaves nothing to thank for`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").cancelsOrder("o1")
    script.at("2026-03-01 10:01").customer("ann").completesOrder("o1", at: "2026-03-01 09:59")
    script.at("2026-03-20 00:00")
    script.expect.messages()
    script.expect.enrollments(of: "ann")
  }

  @Test func `after the first order was cancelled, the next is the first, with all its steps`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00").customer("ann").cancelsOrder("o1")
    script.at("2026-03-05 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-06 10:00").customer("ann").completesOrder("o3").cancelsOrder("o3")
    script.at("2026-03-20 00:00").customer("ann").completesOrder("o4")
    script.at("2026-03-30 00:00")
    script.expect.messages(
      "2026-03-01 10:10 ann email welcome/thanks", "2026-03-05 10:10 ann email welcome/thanks",
      "2026-03-08 10:00 ann email welcome/guide")
    script.expect.enrollments(of: "ann", "first ended cancelled", "first:o2 completed")
    #expect(Set(script.sent.map(\.message.ledgerKey)).count == 3)
  }

  @Test func `a second order becomes the first when that is cancelled, if it is not too late`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-02 12:00").customer("ann").cancelsOrder("o1")
    script.at("2026-03-03 10:00").customer("ann").completesOrder("o0", at: "2026-03-02 09:00")
    script.at("2026-03-20 00:00")
    script.expect.enrollments(of: "ann", "first ended cancelled", "first:o2 completed")
    script.expect.messages(
      "2026-03-01 10:10 ann email welcome/thanks", "2026-03-02 12:00 ann email welcome/thanks")
    // o0 came before it after all: o2 is a second order.
    script.expect.held("2026-03-05 11:50 ann guide skip exit_condition")
  }

  @Test func `a first order cancelled before its message leaves one enrollment, about the next`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1").cancelsOrder("o1")
    script.at("2026-03-01 12:00").customer("ann").completesOrder("o2")
    script.at("2026-03-20 00:00")
    script.expect.messages(
      "2026-03-01 12:10 ann email welcome/thanks", "2026-03-04 12:00 ann email welcome/guide")
    script.expect.enrollments(of: "ann", "first completed")
  }

  @Test func `with every, each order has a firing of its own`() {
    let script = Script(
      .make(
        "thanks", EventRule(name: .orderCompleted, only: .every),
        [.make("thanks", after: .minutes(10))]))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1").completesOrder("o2")
    script.at("2026-03-02 10:00").customer("ann").completesOrder("o3")
    script.at("2026-03-20 00:00")
    script.expect.enrollments(of: "ann", "o1 completed", "o2 completed", "o3 completed")
  }

  @Test func `an order of last year does not count as first when the trigger is new`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", at: "2025-03-01 10:00")
    script.at("2026-03-02 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-20 00:00")
    script.expect.messages()
    script.expect.enrollments(of: "ann")
  }

  @Test func `an order that becomes known too late is not thanked for any more`() {
    let script = Script(.welcome)
    script.at("2026-03-10 10:00").customer("ann").completesOrder("o1", at: "2026-03-01 10:00")
    script.expect.enrollments(of: "ann")
    script.customer("bob").completesOrder("o2", at: "2026-03-08 10:00")
    script.at("2026-03-20 00:00")
    script.expect.messages(
      "2026-03-10 10:00 bob email welcome/thanks", "2026-03-13 09:50 bob email welcome/guide")
  }
}

struct EventTriggerTests {
  private static func quiz(_ condition: String? = nil, only: EventRule.Frequency) -> Trigger {
    .make(
      "quiz",
      EventRule(name: "quiz_finished", condition: condition.map(Condition.script), only: only),
      [.make("quiz/result")])
  }

  @Test func `a shop's own event fires each time it happens`() {
    let script = Script(Self.quiz(only: .every))
    script.at("2026-03-01 10:00").customer("ann").does("quiz_finished", id: "m1")
    script.at("2026-03-02 10:00").customer("ann").does("quiz_finished", id: "m2").does(
      "page_viewed", id: "m3")
    script.at("2026-03-03 10:00")
    script.expect.enrollments(of: "ann", "m1 completed", "m2 completed")
  }

  @Test func `where picks the events by their properties and by the customer`() {
    let script = Script(Self.quiz("event.score >= 8 and customer.level == 'gold'", only: .every))
    script.at("2026-03-01 10:00")
    script.customer("ann").becomes { $0.attributes["level"] = .string("gold") }
      .does("quiz_finished", ["score": .integer(9)], id: "m1").does(
        "quiz_finished", ["score": .integer(3)], id: "m2")
    script.customer("bob").does("quiz_finished", ["score": .integer(9)], id: "m3")
    script.at("2026-03-01 11:00")
    script.expect.messages("2026-03-01 10:00 ann email quiz/result")
  }

  @Test func `a first event known late makes the one written about the second`() {
    let trigger = Trigger.make(
      "quiz", EventRule(name: "quiz_finished", only: .first),
      [
        .make("quiz/result"), .make("quiz/again", after: .days(1), unless: ["quiz_finished"]),
        .make("quiz/buy", after: .days(2), unless: ["subscribed"]),
      ])
    let script = Script(trigger)
    script.at("2026-03-01 10:00").customer("ann").does("subscribed", at: "2026-03-01 09:30")
      .does("quiz_finished", id: "m2")
    script.at("2026-03-01 11:00").customer("ann").does("quiz_finished", id: "m1", at: "2026-03-01 09:00")
    script.at("2026-03-20 00:00")
    script.expect.messages("2026-03-01 10:00 ann email quiz/result")
    script.expect.held(
      "2026-03-02 10:00 ann again skip exit_condition", "2026-03-03 10:00 ann buy skip exit_condition")
  }

  @Test func `with where, first means the first that matches`() {
    let script = Script(Self.quiz("event.score >= 8", only: .first))
    script.at("2026-03-01 10:00").customer("ann").does("quiz_finished", ["score": .integer(1)])
    script.at("2026-03-01 11:00").customer("ann").does("quiz_finished", ["score": .integer(9)])
    script.at("2026-03-01 12:00").customer("ann").does("quiz_finished", ["score": .integer(10)])
    script.at("2026-03-02 12:00")
    script.expect.messages("2026-03-01 11:00 ann email quiz/result")
  }

  @Test func `a message about a cancellation goes out although its order does not stand`() {
    let script = Script(
      .make(
        "sorry", EventRule(name: .orderCancelled, only: .every), [.make("sorry")], purpose: .service))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1").cancelsOrder("o1")
    script.at("2026-03-02 10:00")
    script.expect.messages("2026-03-01 10:00 ann email sorry")
  }

  @Test func `where may look at the order and at all orders together`() {
    let script = Script(
      .make(
        "big",
        EventRule(
          name: .orderCompleted, condition: .script("order.total >= 100 and customer.orders_count >= 2"),
          only: .every), [.make("big")]))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea x3")
    script.at("2026-03-02 10:00").customer("ann").completesOrder("o2", "tea")
    script.at("2026-03-03 10:00").customer("ann").completesOrder("o3", "tea x2")
    script.at("2026-03-09 10:00")
    // The first order qualifies once there are two.
    script.expect.messages("2026-03-02 10:00 ann email big", "2026-03-03 10:00 ann email big")
  }

  @Test func `a file that asks for every order from now on does not thank again for the first`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:12")
    var trigger = Trigger.welcome
    trigger.when = EventRule(name: .orderCompleted, only: .every)
    script.reload(trigger)
    script.at("2026-03-01 10:20")
    script.expect.enrollments(of: "ann", "first active 2026-03-04 10:00")
    script.at("2026-03-05 00:00").customer("ann").completesOrder("o2")
    script.at("2026-03-10 00:00")
    script.expect.messages(
      "2026-03-01 10:10 ann email welcome/thanks", "2026-03-04 10:00 ann email welcome/guide",
      "2026-03-05 00:10 ann email welcome/thanks", "2026-03-08 00:00 ann email welcome/guide")
  }
}
