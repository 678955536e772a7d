import Domain
import Testing

struct NameParsingTests {
  @Test(arguments: [
    ("Order Completed", "order_completed"), ("quizFinished", "quiz_finished"),
    ("quiz-finished", "quiz_finished"),
    ("  Quiz   Finished! ", "quiz_finished"), ("order_completed", "order_completed"),
    ("SMS2Sent", "sms2_sent"),
    ("HTTPError", "httperror"), ("测验 完成", "测验_完成"), ("A", "a"),
  ])
  func `an event name becomes snake case`(_ text: String, _ expected: String) {
    #expect(EventName(spelled: text)?.rawValue == expected)
  }

  @Test(arguments: ["", "  ", "!!!", "a\nb", "a\0", String(repeating: "x", count: 129)])
  func `what is no event name is refused`(_ text: String) {
    #expect(EventName(spelled: text) == nil)
  }

  @Test(arguments: [
    ("1990-05-17", Birthday(month: 5, day: 17, year: 1990)), ("05-17", Birthday(month: 5, day: 17)),
    ("--02-29", Birthday(month: 2, day: 29)),
    ("1990-05-17T23:30:00-08:00", Birthday(month: 5, day: 17, year: 1990)),
    (" 2000-02-29 ", Birthday(month: 2, day: 29, year: 2000)),
  ])
  func `a birthday is a date with or without its year`(_ text: String, _ expected: Birthday) throws {
    #expect(try Birthday(text) == expected)
  }

  @Test func `a lunar birthday may lie in a leap month and on a thirtieth`() throws {
    #expect(
      try Birthday("1987-06-30", calendar: .lunar, isLeapMonth: true)
        == Birthday(month: 6, day: 30, year: 1987, calendar: .lunar, isLeapMonth: true))
    #expect(throws: BirthdayError.noSuchDay) { try Birthday("1987-06-31", calendar: .lunar) }
    #expect(throws: BirthdayError.leapMonthInGregorian) { try Birthday("1987-06-30", isLeapMonth: true) }
  }

  @Test(arguments: [
    ("", BirthdayError.notADate), ("30.02.1990", .notADate), ("1/2/3", .notADate), ("1990-02-30", .noSuchDay),
    ("02-30", .noSuchDay), ("0001-01-01", .yearOutOfRange), ("10000-01-01", .notADate),
    ("641088000", .notADate),
    ("05-17T00:00", .notADate), ("1990-05-17x", .notADate), ("1990-13-01", .noSuchDay),
  ])
  func `what is no birthday is refused`(_ text: String, _ expected: BirthdayError) {
    #expect(throws: expected) { try Birthday(text) }
  }
}
