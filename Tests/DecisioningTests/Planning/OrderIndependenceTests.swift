import Decisioning
import Domain
import Support
import Testing

/// The same events in any order of arrival leave the same plans.
struct OrderIndependenceTests {
  /// What happened to one customer, each to be told at some moment before the clock moves on.
  private static let deeds: [@Sendable (Actor) -> Void] = [
    { $0.completesOrder("o1", "tea", at: "2026-03-01 08:00") },
    { $0.completesOrder("o2", "tea x2", "cup", at: "2026-03-03 08:00") },
    { $0.completesOrder("o3", "pot", cart: "c1", at: "2026-03-05 09:00") },
    { $0.completesOrder("o4", "cup", cart: "elsewhere", at: "2026-03-05 12:30") },
    { $0.cancelsOrder("o1", at: "2026-03-02 08:00") },
    { $0.cancelsOrder("o3", at: "2026-03-05 09:30") },
    { $0.adds("tea", cart: "c1", at: "2026-03-05 10:00") },
    { $0.adds("cup", cart: "c1", at: "2026-03-05 10:05") },
    { $0.removes("tea", cart: "c1", at: "2026-03-05 11:00") },
    { $0.adds("pot", cart: "c1", at: "2026-03-05 11:10") },
    { $0.empties(cart: "c2", at: "2026-03-04 11:10") },
    { $0.adds("pot", cart: "c2", at: "2026-03-04 11:00") },
    { $0.adds("tea", cart: "c2", at: "2026-03-05 13:00") },
    { $0.does("quiz_finished", id: "q1", at: "2026-03-04 10:00") },
    { $0.does("quiz_finished", id: "q2", at: "2026-03-04 09:00") },
  ]

  private static func plans(telling order: [Int]) -> [String] {
    let quiz = Trigger.make(
      "quiz", EventRule(name: "quiz_finished", only: .first), [.make("quiz", after: .days(9))])
    var welcome = Trigger.welcome
    welcome.steps[0].after = .days(9)
    let script = Script(welcome, .cartRecovery, .replenishment(.fixed(.days(30))), .winBack(), quiz)
    // Told before anything falls due, so that history cannot make a difference.
    script.sleeps(until: "2026-03-05 13:30")
    for index in order { deeds[index](script.customer("ann")) }
    let active = script.states["ann"]?.enrollments.filter { $0.state == .active } ?? []
    return active.map { "\($0.trigger) \($0.occurrence) \($0.firesAt.milliseconds) \($0.subject)" }.sorted()
  }

  @Test func `any order of arrival gives the same plans`() {
    let expected = Self.plans(telling: Array(Self.deeds.indices))
    #expect(expected.count == 6)
    var random = SeededGenerator()
    for _ in 0..<rounds(300) {
      let order = Array(Self.deeds.indices).shuffled(using: &random)
      #expect(Self.plans(telling: order) == expected, "\(random), order \(order)")
    }
  }

  @Test func `in any order, with messages in between, none is sent twice`() {
    var random = SeededGenerator()
    for _ in 0..<rounds(200) {
      let script = Script(.welcome, .cartRecovery, .replenishment(.fixed(.days(30))), .winBack())
      script.sleeps(until: "2026-03-05 13:30")
      for index in Array(Self.deeds.indices).shuffled(using: &random) {
        Self.deeds[index](script.customer("ann"))
        script.passes(.minutes(Int64.random(in: 0...90, using: &random)))
      }
      script.at("2026-12-31 00:00")
      let keys = script.sent.map(\.message.ledgerKey)
      #expect(Set(keys).count == keys.count, "\(random)")
      // Once for each order that was the first, until it was cancelled.
      for template in ["welcome/thanks", "welcome/guide"] {
        let orders = script.sent.filter { $0.template == template }.map { sent in
          script.states["ann"]?.enrollments.first { $0.key == sent.message.enrollment }?.subject
        }
        #expect(Set(orders).count == orders.count, "\(random)")
      }
    }
  }
}
