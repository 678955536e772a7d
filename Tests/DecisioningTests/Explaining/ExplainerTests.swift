import Decisioning
import Domain
import Simulation
import Support
import Templates
import Testing

struct ExplainerTests {
  private func explain(_ script: Script, _ id: String = "ann") throws -> TriggerExplanation {
    try #require(try explainAll(script, id).first)
  }

  private func explainAll(
    _ script: Script, _ id: String = "ann", later: [StoredDecision] = []
  ) throws -> [TriggerExplanation] {
    var facts = try #require(script.simulation.explanationFacts(of: id))
    facts.decisions = script.decisions.filter { $0.customer == id }.map(\.decision) + later
    return Explainer.explain(facts, program: script.program, now: script.now).triggers
  }

  private func forecasts(_ script: Script, _ explanation: TriggerExplanation) -> [String] {
    let zone = script.program.brand.zone
    return explanation.enrollments.flatMap(\.forecast).map { forecast in
      "\(zone.clock(forecast.at)) \(forecast.step) \(forecast.verdict.rawValue)"
        + (forecast.channel.map { " \($0)" } ?? "") + (forecast.heldBy.map { " \($0.gate.rawValue)" } ?? "")
    }
  }

  @Test func `what comes next and when, quiet hours included`() throws {
    let script = Script(.welcome)
    script.program.limits.quietHours = QuietHours(from: .at("21:00"), to: .at("09:00"))
    script.at("2026-03-01 22:00").customer("ann").completesOrder("o1")
    let explanation = try explain(script)
    #expect(
      forecasts(script, explanation) == [
        "2026-03-02 09:00 thanks send email", "2026-03-05 09:00 guide send email",
      ])
    #expect(explanation.absence == nil)
  }

  @Test func `of two triggers that wait for the morning, the cap lets one go`() throws {
    let order = EventRule(name: .orderCompleted, only: .every)
    let script = Script(
      .make("thanks", order, [.make("thanks")]), .make("tips", order, [.make("tips")], priority: 10))
    script.program.limits = Limits(
      quietHours: QuietHours(from: .at("21:00"), to: .at("09:00")),
      caps: [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))])
    script.at("2026-03-01 22:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 22:01")
    #expect(
      try explainAll(script).flatMap { forecasts(script, $0) } == [
        "2026-03-02 09:00 thanks skip frequency_cap", "2026-03-02 09:00 tips send email",
      ])
  }

  @Test func `the first gate that says no, with its values`() throws {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.consent["email"] = .withdrawn }.completesOrder(
      "o1")
    let explanation = try explain(script)
    #expect(
      forecasts(script, explanation) == [
        "2026-03-01 10:10 thanks skip no_consent", "2026-03-04 10:00 guide skip no_consent",
      ])
    #expect(
      explanation.enrollments.first?.forecast.first?.heldBy?.values
        == ["policy": .string("opt_out"), "consent": .string("withdrawn")])
  }

  @Test func `a paused trigger is said to be paused`() throws {
    let script = Script(.welcome)
    script.paused = ["welcome"]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    let explanation = try explain(script)
    #expect(explanation.isPaused)
    #expect(forecasts(script, explanation) == ["2026-03-01 10:10 thanks defer trigger_paused"])
  }

  @Test func `an order placed before a message and known after it is pointed out`() throws {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1")
    script.at("2026-03-01 11:20").customer("ann").completesOrder(
      "o1", "tea", cart: "c1", at: "2026-03-01 10:50")
    let zone = script.program.brand.zone
    let late = try explain(script).enrollments.flatMap(\.lateOrders).map { order in
      "\(order.orderID) of \(zone.clock(order.placedAt)), known at \(zone.clock(order.knownAt)), "
        + "after \(order.step) of \(zone.clock(order.messageAt))"
    }
    #expect(late == ["o1 of 2026-03-01 10:50, known at 2026-03-01 11:20, after reminder of 2026-03-01 11:00"])
  }

  @Test func `a step that a late message moves says behind which`() throws {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-02 12:00")
    script.decideDue()
    let next = try #require(try explain(script).enrollments.first?.forecast.first)
    #expect(script.program.brand.zone.clock(next.at) == "2026-03-05 11:50")
    #expect(next.follows?.step == "thanks")
    #expect(next.follows?.distance == .days(3) - .minutes(10))
    // A message that is still in the outbox is expected to go now.
    let held = Script(.welcome)
    held.outboxHolds = true
    held.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    held.at("2026-03-02 12:00")
    let later = try explain(held)
    #expect(forecasts(held, later) == ["2026-03-05 11:50 guide send email"])
    #expect(later.enrollments.first?.forecast.first?.follows?.step == "thanks")
  }

  @Test func `each order that was welcomed stands for itself`() throws {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00").customer("ann").cancelsOrder("o1")
    script.at("2026-03-05 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-05 11:00")
    let told = try explain(script).enrollments.map { explained in
      "\(explained.enrollment.subject) \(explained.decisions.map { "\($0.step) \($0.verdict)" }) \(explained.forecast.map(\.step))"
    }
    #expect(
      told == [
        "order(id: \"o1\") [\"thanks send\"] []", "order(id: \"o2\") [\"thanks send\"] [guide]",
      ])
  }

  @Test func `a first order known only after the guide of the second is pointed out`() throws {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-05 10:00").customer("ann").completesOrder("o1", at: "2026-03-01 09:00")
    let late = try explain(script).enrollments.flatMap(\.lateOrders).map { "\($0.orderID) \($0.step)" }
    #expect(late == ["o1 guide"])
  }

  @Test func `a step that waits for an address says so, and until when`() throws {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.email = nil }.completesOrder("o1")
    script.at("2026-03-01 11:00")
    let explanation = try explain(script)
    #expect(forecasts(script, explanation) == ["2026-03-01 11:00 thanks defer no_address"])
    let until = script.program.brand.zone.instant("2026-03-04 10:10")
    #expect(
      explanation.enrollments.first?.forecast.first?.heldBy?.values == ["until": .instant(until)])
  }

  @Test func `a late order that was in time to take the message back is not pointed out`() throws {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1")
    script.at("2026-03-01 11:20").customer("ann").completesOrder(
      "o1", "tea", cart: "c1", at: "2026-03-01 10:50")
    var takenBack = try #require(script.decisions.first?.decision)
    takenBack.at = script.now
    takenBack.verdict = .skip
    takenBack.gate = .exitCondition
    #expect(try explainAll(script, later: [takenBack]).flatMap(\.enrollments).map(\.lateOrders) == [[]])
  }

  @Test func `a late order that would have changed nothing is not pointed out`() throws {
    var trigger = Trigger.cartRecovery
    trigger.endsWith = .cart
    let script = Script(trigger)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1")
    script.at("2026-03-01 11:20").customer("ann").completesOrder(
      "o1", "cup", cart: "c9", at: "2026-03-01 10:50")
    #expect(try explain(script).enrollments.map(\.lateOrders) == [[]])
  }

  @Test func `why nothing comes`() throws {
    let none = Script(.winBack())
    none.at("2026-03-01 10:00").customer("ann").adds("tea")
    #expect(try explain(none).absence == .noOccasion(.order))

    let earlier = Script(.winBack())
    earlier.at("2026-03-01 10:00").customer("ann").completesOrder("o1", at: "2025-03-01 10:00")
    let zone = earlier.program.brand.zone
    #expect(
      try explain(earlier).absence
        == .qualifiedEarlier(
          firedAt: zone.instant("2025-05-30 10:00"), enabledAt: zone.instant("2026-01-01 00:00")))

    let late = Script(.welcome)
    late.at("2026-03-10 10:00").customer("ann").completesOrder("o1", at: "2026-03-01 10:00")
    #expect(try explain(late).absence == .expired(firedAt: zone.instant("2026-03-01 10:00")))

    let done = Script(.welcome)
    done.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    done.at("2026-03-10 10:00")
    #expect(try explain(done).absence == .completed(occurrence: "first"))

    let again = Script(.cartRecovery)
    again.at("2026-03-01 10:00").customer("ann").adds("tea")
    again.at("2026-03-01 12:00").customer("ann").empties().adds("cup", at: "2026-03-01 12:10")
    #expect(
      try explain(again).absence
        == .reentry(enrolledAt: zone.instant("2026-03-01 11:00"), until: zone.instant("2026-03-02 11:00")))
  }

  @Test func `what a customer lacks for a trigger to fire is said`() throws {
    func lack(_ trigger: Trigger, _ act: (Actor) -> Void) throws -> Lack? {
      let script = Script(trigger)
      act(script.at("2026-03-01 10:00").customer("ann"))
      guard case .noOccasion(let lack) = try explain(script).absence else { return nil }
      return lack
    }
    func event(_ condition: String?) -> Trigger {
      .make(
        "quiz", EventRule(name: "quiz", condition: condition.map(Condition.script), only: .every),
        [.make("hello")])
    }
    #expect(try lack(.welcome) { _ in } == .order)
    #expect(try lack(.welcome) { $0.completesOrder("o1").cancelsOrder("o1") } == .order)
    #expect(try lack(.cartRecovery) { _ in } == .cart)
    #expect(try lack(.birthday()) { _ in } == .birthday)
    #expect(try lack(.replenishment()) { _ in } == .order)
    #expect(try lack(.replenishment()) { $0.completesOrder("o1", "cup") } == .cycle)
    #expect(try lack(event(nil)) { _ in } == .event)
    #expect(
      try lack(event("event.score > 5")) { $0.does("quiz", ["score": .integer(1)]) } == .match)
  }

  private func refusal(_ condition: String, _ events: Record...) throws -> Refusal? {
    let script = Script(
      .make("quiz", EventRule(name: "quiz", condition: .script(condition), only: .every), [.make("hello")]))
    for (index, properties) in events.enumerated() {
      script.at("2026-03-0\(index + 1) 10:00").customer("ann").does("quiz", properties, id: "m\(index + 1)")
    }
    return try explain(script).refusal
  }

  @Test func `a condition that refuses the newest event is told with what it saw`() throws {
    let refused = try #require(
      try refusal("event.score > 5 and event.level == 'gold'", ["score": .integer(9)], ["score": .integer(3)])
    )
    #expect(refused.occasion == "event quiz, message id m2")
    #expect(refused.condition == "event.score > 5 and event.level == 'gold'")
    #expect(refused.values == ["event.score": .integer(3), "event.level": .null])
    #expect(refused.problem == nil)
    #expect(try refusal("event.score > 5", ["score": .integer(9)]) == nil)
  }

  @Test func `a condition that cannot be evaluated says why`() throws {
    let refused = try #require(try refusal("event.score > 5", ["score": .string("high")]))
    #expect(refused.problem == "cannot compare text with a number")
    #expect(refused.values == ["event.score": .string("high")])
  }

  @Test func `a step that no channel can take names all with their reasons`() throws {
    let script = Script(
      .make(
        "hello", EventRule(name: "quiz", only: .every),
        [.make("hello", after: .days(1), channels: ["sms", "email"])]))
    script.at("2026-03-01 10:00").customer("ann").becomes {
      $0.consent = ["sms": .withdrawn, "email": .withdrawn]
    }
    script.customer("ann").becomes { $0.phone = "+8613800000000" }.does("quiz")
    let forecast = try #require(try explain(script).enrollments.first?.forecast.first)
    #expect(
      forecast.channels.map { "\($0.channel?.rawValue ?? "") \($0.gate.rawValue)" } == [
        "sms no_consent", "email no_consent",
      ])
  }
}
