import Domain
import Support
import Testing

@testable import Decisioning

struct GateOrderTests {
  @Test func `the gates stand in the order of their words, which the handbook has`() {
    let asked = GateOrder.beforeChannel + GateOrder.perChannel + GateOrder.afterChannel
    #expect(asked.map(\.gate) + [.offerExhausted, .templateFailed] == Gate.allCases)
    let wire = Gate.allCases.filter { gate in GateOrder.beforeWire.contains { $0.gate == gate } }
    #expect(GateOrder.beforeWire.map(\.gate) == wire)
  }

  @Test func `the gates are asked in the order of the design, and each leaves its values`() {
    let script = Script(.onOrder(audience: "customer.orders_count >= 1", channels: ["sms", "email"]))
    script.program.limits = Limits(
      quietHours: QuietHours(from: .at("21:00"), to: .at("09:00")),
      caps: [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    let trace = script.decisions[0].decision.trace.map { entry in
      let channel = entry.channel.map { "@\($0)" } ?? ""
      let names = entry.values.entries.map(\.name).joined(separator: ",")
      return "\(entry.passed ? "+" : "-")\(entry.gate.rawValue)\(channel)(\(names))"
    }
    #expect(
      trace == [
        "+trigger_paused()", "+exit_condition()", "+expired(due_at,expires_at)",
        "+audience(condition,customer.orders_count)",
        "-no_address@sms(field)", "+no_address@email(field)", "+suppressed@email()",
        "+no_consent@email(policy,consent)", "+holdout()", "+quiet_hours(local_time)",
        "+frequency_cap(email/16h)", "+template_failed(template)",
      ])
  }

  @Test func `a decision without a trigger or a step is none`() throws {
    let script = Script(.onOrder())
    script.at("2026-03-01 09:00").customer("ann").completesOrder("o1", at: "2026-03-01 09:00")
    let state = try #require(script.states["ann"])
    var enrollment = state.enrollments[0]
    enrollment.doneSteps = ["thanks"]
    #expect(
      Decider.decide(
        facts: Facts(enrollment: enrollment, state: state), program: script.program, now: script.now) == nil)
    enrollment.trigger = "gone"
    #expect(
      Decider.decide(
        facts: Facts(enrollment: enrollment, state: state), program: script.program, now: script.now) == nil)
  }
}
