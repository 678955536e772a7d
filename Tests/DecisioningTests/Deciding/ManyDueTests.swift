import Decisioning
import Domain
import Support
import Testing

/// What one customer's enrollments cost that all fall due at once.
@Suite(.serialized) struct ManyDueTests {
  private static let now = Instant(seconds: 1_800_000_000)

  private static func batch(_ count: Int) -> (facts: [Facts], program: Program) {
    let trigger = Trigger.make(
      "quiz", EventRule(name: "quiz_finished", only: .every), [.make("1"), .make("2")],
      expiresAfter: .days(2))
    var customer = Customer(key: CustomerKey(1), id: "ann")
    customer.email = "ann@mail.example"
    var state = CustomerState(customer: customer)
    for number in 0..<count {
      state.events.append(Event(messageID: "m\(number)", name: "quiz_finished", at: now, receivedAt: now))
      state.enrollments.append(
        Enrollment(
          key: Int64(number + 1), trigger: "quiz", customer: customer.key, occurrence: "m\(number)",
          firesAt: now, subject: .customer, nextDueAt: now, plannedAt: now))
    }
    let facts = state.enrollments.map { Facts(enrollment: $0, state: state) }
    return (facts, .shop([trigger]))
  }

  private static func time(_ count: Int) -> Double {
    let (facts, program) = batch(count)
    let spent = ContinuousClock().measure {
      let settled = Decider.settle(customer: facts, program: program, now: now)
      #expect(settled.count >= count)
    }
    return Double(spent.components.attoseconds) / 1e18 + Double(spent.components.seconds)
  }

  @Test func `five times as many take about five times as long`() {
    let few = (0..<3).map { _ in Self.time(300) }.min() ?? 0
    let many = (0..<3).map { _ in Self.time(1500) }.min() ?? 0
    print("due at once: 300 in \(few) s, 1500 in \(many) s, ratio \(many / few)")
    // Five times is the aim; every decision that looks through all others would make it twenty-five.
    #expect(many < 15 * few)
  }
}
