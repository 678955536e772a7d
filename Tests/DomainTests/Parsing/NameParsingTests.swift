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
}
