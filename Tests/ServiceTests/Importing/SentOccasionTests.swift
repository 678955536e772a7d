import Decisioning
import Domain
import Import
import Platform
import Store
import Testing

@testable import Service

/// What a message of another system was about, where the file does not say it in this program's words.
struct SentOccasionTests {
  private static let now = SchedulerFloor.now

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var when: any TriggerKind
    var customer = "ann,ann@tea.example,"
    var order = ""
    /// In the column `occurrence`.
    var told = ""
    var sentAt: String
    var occurrence: String
  }

  static let cases: [Case] = [
    Case(
      testDescription: "the first order", when: EventRule(name: .orderCompleted, only: .first),
      order: "o-1,ann,2026-03-04T10:00:00Z,5,tea", sentAt: "2026-03-04T11:00:00Z", occurrence: "first"),
    Case(
      testDescription: "an order by its id", when: EventRule(name: .orderCompleted, only: .every),
      order: "o-1,ann,2026-03-04T10:00:00Z,5,tea", told: "o-1", sentAt: "2026-03-04T11:00:00Z",
      occurrence: "o-1"),
    Case(
      testDescription: "the birthday next to the message",
      when: AnniversaryRule(of: .birthday, before: .days(3), at: .midnight, leapDay: .feb28),
      customer: "ann,ann@tea.example,1990-03-07", sentAt: "2026-03-04T09:05:00Z", occurrence: "2026"),
    Case(
      testDescription: "the last order before the message", when: LapsedRule(after: .days(2)),
      order: "o-1,ann,2026-03-02T10:00:00Z,5,tea", sentAt: "2026-03-04T10:05:00Z", occurrence: "o-1"),
    Case(
      testDescription: "a product of the last order",
      when: RunsOutRule(cycle: .fixed(.days(4)), lead: .days(1), combine: .days(2)),
      order: "o-1,ann,2026-03-02T05:00:00Z,5,tea", told: "tea", sentAt: "2026-03-05T06:00:00Z",
      occurrence: "tea:o-1"),
  ]

  /// - Returns: the messages of this program, and the occurrences of what is enrolled.
  private func run(_ test: Case, isTold: Bool) async throws -> (own: Int, occurrences: [String]) {
    let trigger = Trigger(
      id: "t", when: test.when, purpose: .marketing,
      steps: [Step(id: "1", after: .zero, channels: ["email"], template: "hello")], expiresAfter: .days(6),
      planningHash: "t")
    return try await SchedulerFloor.use(batchSize: 10, triggers: [trigger]) { floor in
      _ = try await floor.importing(.customers, "id,email,birthday\n\(test.customer)\n")
      if !test.order.isEmpty {
        _ = try await floor.importing(.orders, "order_id,customer_id,placed_at,total,sku\n\(test.order)\n")
      }
      if isTold {
        let row = "ann,email,\(test.sentAt),t,\(test.told),klaviyo"
        let result = try await floor.importing(
          .sent, "customer_id,channel,sent_at,trigger,occurrence,source\n\(row)\n")
        #expect(result.progress.imported == 1, "\(result.text)")
      }
      let replanner = Replanner(store: floor.store, shop: floor.live)
      while try await replanner.step(now: Self.now) {}
      try await floor.tick()
      return try await floor.store.read { tx in
        let ann = try #require(try tx.customer(id: "ann"))
        let own = try tx.messages(of: ann.key).count { $0.source == nil }
        return (
          own,
          try tx.connection.all("SELECT occurrence FROM enrollments WHERE began_at IS NOT NULL") {
            $0.string(0)
          }
        )
      }
    }
  }

  @Test(arguments: cases)
  func `an occasion that another system has greeted is not greeted again`(test: Case) async throws {
    // Nobody has told of a message: it goes out.
    let (own, occurrences) = try await run(test, isTold: false)
    #expect(own == 1 && occurrences == [test.occurrence])
    let (rest, told) = try await run(test, isTold: true)
    #expect(rest == 0 && told == [test.occurrence])
  }
}
