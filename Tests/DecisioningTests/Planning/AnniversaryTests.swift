import Decisioning
import Domain
import Support
import Testing

struct AnniversaryTests {
  private func born(_ month: Int, _ day: Int, _ year: Int? = nil) -> (inout Customer) -> Void {
    { $0.birthday = Birthday(month: month, day: day, year: year) }
  }

  @Test func `a birthday is greeted each year, some days before, in the morning`() {
    let script = Script(.birthday())
    script.at("2026-02-01 00:00").customer("ann").becomes(born(5, 20))
    script.at("2028-06-01 00:00")
    script.expect.messages(
      "2026-05-17 09:00 ann email birthday/gift", "2027-05-17 09:00 ann email birthday/gift",
      "2028-05-17 09:00 ann email birthday/gift")
    script.expect.enrollments(
      of: "ann", "2026 completed", "2027 completed", "2028 completed", "2029 active 2029-05-17 09:00")
  }

  @Test func `the morning is the customer's own, in summer and winter`() {
    let script = Script(.birthday(before: .zero))
    script.at("2026-02-01 00:00")
    script.customer("anna").becomes {
      $0.timeZone = "Europe/Berlin"; born(7, 1)(&$0)
    }
    script.customer("bert").becomes {
      $0.timeZone = "Europe/Berlin"; born(12, 1)(&$0)
    }
    script.at("2026-12-31 00:00")
    script.expect.messages(
      "2026-07-01 15:00 anna email birthday/gift", "2026-12-01 16:00 bert email birthday/gift")
  }

  @Test(arguments: [
    (Anniversary.LeapDayPolicy.feb28, "2026-02-28 09:00"), (.mar1, "2026-03-01 09:00"),
    (.skip, "2028-02-29 09:00"),
  ])
  func `29 February follows the policy of the file`(policy: Anniversary.LeapDayPolicy, due: String) {
    let script = Script(.birthday(before: .zero, leapDay: policy))
    script.at("2026-02-01 00:00").customer("ann").becomes(born(2, 29, 2000))
    script.expect.enrollments(of: "ann", "\(due.prefix(4)) active \(due)")
  }

  @Test func `a lunar birthday moves with the moon and counts lunar years`() {
    let script = Script(.birthday(before: .zero))
    // The fifteenth of the eighth month: Mid-Autumn, 25 September in 2026, 15 September in 2027.
    script.at("2026-03-01 00:00").customer("ann").becomes {
      $0.birthday = Birthday(month: 8, day: 15, calendar: .lunar)
    }
    script.at("2027-10-01 00:00")
    script.expect.messages(
      "2026-09-25 09:00 ann email birthday/gift", "2027-09-15 09:00 ann email birthday/gift")
  }

  @Test func `a lunar winter birthday belongs to the lunar year that began the spring before`() {
    let script = Script(.birthday(before: .zero))
    // The eighth of the twelfth lunar month of 2025 is 26 January 2026.
    script.at("2026-01-10 00:00").customer("ann").becomes {
      $0.birthday = Birthday(month: 12, day: 8, calendar: .lunar)
    }
    script.expect.enrollments(of: "ann", "2025 active 2026-01-26 09:00")
  }

  @Test func `a birthday in a leap month is kept in the month of its number when there is none`() {
    let script = Script(.birthday(before: .zero))
    // 2025 has a leap sixth month, 2026 has none: its sixth month begins on 14 July.
    script.at("2026-03-01 00:00").customer("ann").becomes {
      $0.birthday = Birthday(month: 6, day: 1, calendar: .lunar, isLeapMonth: true)
    }
    script.expect.enrollments(of: "ann", "2026 active 2026-07-14 09:00")
  }

  @Test func `a birthday changed after planning moves the plan`() {
    let script = Script(.birthday())
    script.at("2026-02-01 00:00").customer("ann").becomes(born(5, 20))
    script.customer("ann").becomes(born(6, 20))
    script.expect.enrollments(of: "ann", "2026 active 2026-06-17 09:00")
  }

  @Test func `a birthday changed after the greeting brings no second one this year`() {
    let script = Script(.birthday())
    script.at("2026-02-01 00:00").customer("ann").becomes(born(5, 20))
    script.at("2026-05-18 00:00").customer("ann").becomes(born(9, 20))
    script.at("2026-12-31 00:00")
    script.expect.messages("2026-05-17 09:00 ann email birthday/gift")
    script.expect.enrollments(of: "ann", "2026 completed", "2027 active 2027-09-17 09:00")
  }

  @Test func `a birthday given on the day itself is still greeted`() {
    let script = Script(.birthday())
    script.at("2026-05-20 14:00").customer("ann").becomes(born(5, 20))
    script.at("2026-05-21 00:00")
    script.expect.messages("2026-05-20 14:00 ann email birthday/gift")
  }

  @Test func `a birthday given the day after waits for next year`() {
    let script = Script(.birthday())
    script.at("2026-05-21 00:01").customer("ann").becomes(born(5, 20))
    script.expect.enrollments(of: "ann", "2027 active 2027-05-17 09:00")
  }

  @Test func `with expires_after of its own the file decides how late a greeting may be`() {
    let script = Script(.birthday(expiresAfter: .hours(1)))
    script.at("2026-05-18 00:00").customer("ann").becomes(born(5, 20))
    script.expect.enrollments(of: "ann", "2027 active 2027-05-17 09:00")
  }

  @Test func `a birthday taken back ends the plan`() {
    let script = Script(.birthday())
    script.at("2026-02-01 00:00").customer("ann").becomes(born(5, 20)).becomes { $0.birthday = nil }
    script.expect.enrollments(of: "ann", "2026 ended cancelled")
  }

  @Test func `a birthday whose morning passed before the trigger was enabled is left to next year`() {
    let script = Script(start: "2026-05-18 00:00")
    script.customer("ann").becomes(born(5, 20))
    script.reload(.birthday())
    script.expect.enrollments(of: "ann", "2027 active 2027-05-17 09:00")
  }

  @Test func `a year whose greeting was held back is over all the same`() {
    let script = Script(.birthday())
    script.at("2026-02-01 00:00").customer("ann").becomes {
      $0.email = nil; born(5, 20)(&$0)
    }
    script.at("2026-06-01 00:00")
    // The day itself is over.
    script.expect.held(
      "2026-05-17 09:00 ann gift defer no_address", "2026-05-21 00:00 ann gift skip expired")
    script.expect.enrollments(of: "ann", "2026 completed", "2027 active 2027-05-17 09:00")
  }

  @Test func `the day of joining comes back a year later, and is not the day itself`() {
    let script = Script(
      .make(
        "member", AnniversaryRule(of: .joinedAt, before: .zero, at: .nine, leapDay: .feb28),
        [.make("member/year")]))
    script.program.setTemplate("member/year", text: "{{ anniversary.years }} years")
    script.at("2026-03-01 07:00").customer("ann").becomes { [now = script.now] in $0.joinedAt = now }
    script.at("2028-03-02 00:00")
    script.expect.messages("2027-03-01 09:00 ann email member/year", "2028-03-01 09:00 ann email member/year")
    script.expect.text("2 years")
  }
}
