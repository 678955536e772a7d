import Decisioning
import Domain
import Support
import Testing

struct WinBackTests {
  @Test func `a customer who stays away is missed after ninety days`() {
    let script = Script(.winBack())
    script.at("2026-01-10 10:00").customer("ann").completesOrder("o1")
    script.at("2026-12-31 00:00")
    script.expect.messages(
      "2026-04-10 10:00 ann email winback/miss-you", "2026-04-24 10:00 ann email winback/last")
  }

  @Test func `each order starts the ninety days again`() {
    let script = Script(.winBack())
    script.at("2026-01-10 10:00").customer("ann").completesOrder("o1")
    script.at("2026-02-10 10:00").customer("ann").completesOrder("o2")
    script.expect.enrollments(of: "ann", "o1 ended superseded", "o2 active 2026-05-11 10:00")
  }

  @Test func `an older order that arrives late moves nothing`() {
    let script = Script(.winBack())
    script.at("2026-02-10 10:00").customer("ann").completesOrder("o2")
    script.at("2026-02-11 10:00").customer("ann").completesOrder("o1", at: "2026-01-10 10:00")
    script.expect.enrollments(of: "ann", "o2 active 2026-05-11 10:00")
  }

  @Test func `a cancelled order gives its place back to the one before`() {
    let script = Script(.winBack())
    script.at("2026-01-10 10:00").customer("ann").completesOrder("o1")
    script.at("2026-02-10 10:00").customer("ann").completesOrder("o2")
    script.at("2026-02-11 10:00").customer("ann").cancelsOrder("o2")
    script.expect.enrollments(of: "ann", "o1 active 2026-04-10 10:00", "o2 ended cancelled")
  }

  @Test func `only a refund of the whole order counts`() {
    let script = Script(.winBack())
    script.at("2026-01-10 10:00").customer("ann").completesOrder("o1")
    script.at("2026-02-10 10:00").customer("ann").completesOrder("o2", "tea x2").returnsOrder(
      "o2", amount: 5000)
    script.expect.enrollments(of: "ann", "o1 ended superseded", "o2 active 2026-05-11 10:00")
    script.at("2026-02-12 10:00").customer("ann").returnsOrder("o2", amount: 5000)
    script.expect.enrollments(of: "ann", "o1 active 2026-04-10 10:00", "o2 ended cancelled")
  }

  @Test func `an order between the messages ends them`() {
    let script = Script(.winBack())
    script.at("2026-01-10 10:00").customer("ann").completesOrder("o1")
    script.at("2026-04-12 10:00").customer("ann").completesOrder("o2")
    script.at("2026-05-01 00:00")
    script.expect.messages("2026-04-10 10:00 ann email winback/miss-you")
    script.expect.enrollments(of: "ann", "o1 ended superseded", "o2 active 2026-07-11 10:00")
  }

  @Test func `enabling the trigger leaves those alone who had lapsed before`() {
    let script = Script(start: "2026-06-01 00:00")
    script.customer("ann").completesOrder("o1", at: "2026-01-10 10:00")
    script.customer("bob").completesOrder("o2", at: "2026-05-01 10:00")
    script.reload(.winBack(existing: .skip))
    script.at("2026-12-31 00:00")
    script.expect.messages(
      "2026-07-30 10:00 bob email winback/miss-you", "2026-08-13 10:00 bob email winback/last")
  }

  @Test func `with include those who had lapsed before are reached at once, and once`() {
    let script = Script(start: "2026-06-01 00:00")
    script.customer("ann").completesOrder("o1", at: "2020-01-10 10:00")
    script.reload(.winBack(existing: .include))
    script.at("2026-06-02 10:00").customer("ann").becomes { $0.firstName = "Ann" }
    script.reload(.winBack(existing: .include))
    script.at("2026-12-31 00:00")
    script.expect.messages(
      "2026-06-01 00:00 ann email winback/miss-you", "2026-06-15 00:00 ann email winback/last")
  }

  @Test func `with include an import long after enabling reaches its customers when it comes`() {
    let script = Script(.winBack(existing: .include))
    script.at("2026-06-01 10:00").customer("ann").completesOrder("o1", at: "1997-01-10 10:00")
    script.customer("ann").completesOrder("o0", at: "1996-01-10 10:00")
    script.at("2026-06-01 12:00").customer("ann").completesOrder("o00", at: "1995-01-10 10:00")
    script.at("2026-12-31 00:00")
    script.expect.messages(
      "2026-06-01 10:00 ann email winback/miss-you", "2026-06-15 10:00 ann email winback/last")
  }
}
