import Decisioning
import Domain
import Support
import Testing

/// `unless` about orders.
struct SameOrderTests {
  private func thanks(_ exit: Unless) -> Script {
    let trigger = Trigger.make(
      "thanks", EventRule(name: .orderCompleted, only: .every),
      [.make("thanks/soon", after: .days(3), unless: [exit])])
    let script = Script(trigger)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea")
    script.at("2026-03-01 10:05").customer("ann").completesOrder("o2", "cup")
    return script
  }

  @Test(arguments: [nil, Unless.Sameness.order])
  func `a refund of one order says nothing of another`(same: Unless.Sameness?) {
    let script = thanks(Unless(.orderRefunded, same: same))
    script.at("2026-03-02 10:00").customer("ann").returnsOrder("o1", amount: 100)
    script.at("2026-03-09 00:00")
    script.expect.messages("2026-03-04 10:05 ann email thanks/soon")
    script.expect.held("2026-03-04 10:00 ann soon skip exit_condition")
  }

  @Test func `with same customer any refund counts`() {
    let script = thanks(Unless("order_refunded", same: .customer))
    script.customer("ann").does("order_refunded", ["order_id": .string("o1")], at: "2026-03-02 10:00")
    script.at("2026-03-09 00:00")
    script.expect.messages()
  }

  @Test func `an event that names another order does not count, one that names none does`() {
    let script = thanks("review_written")
    script.at("2026-03-02 10:00").customer("ann").does("review_written", ["order_id": .string("o2")])
    script.at("2026-03-09 00:00")
    script.expect.messages("2026-03-04 10:00 ann email thanks/soon")
    let other = thanks("review_written")
    other.at("2026-03-02 10:00").customer("ann").does("review_written")
    other.at("2026-03-09 00:00")
    other.expect.messages()
  }

  @Test func `with same order an event that names none does not count`() {
    let script = thanks(Unless("review_written", same: .order))
    script.at("2026-03-02 10:00").customer("ann").does("review_written")
    script.at("2026-03-09 00:00")
    script.expect.messages(
      "2026-03-04 10:00 ann email thanks/soon", "2026-03-04 10:05 ann email thanks/soon")
  }
}
