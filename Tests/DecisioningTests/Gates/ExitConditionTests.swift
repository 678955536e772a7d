import Decisioning
import Domain
import Support
import Testing

struct ExitConditionTests {
  @Test func `unless looks at events since the trigger fired`() {
    var trigger = Trigger.onOrder(after: .hours(2))
    trigger.steps[0].unless = ["app_opened"]
    let script = Script(trigger)
    script.at("2026-03-01 10:00").customer("ann").does("app_opened", at: "2026-03-01 09:59").completesOrder(
      "o1")
    script.customer("bob").completesOrder("o2")
    script.at("2026-03-01 11:00").customer("bob").does("app_opened")
    script.at("2026-03-01 13:00")
    script.expect.messages("2026-03-01 12:00 ann email thanks")
    script.expect.held("2026-03-01 12:00 bob thanks skip exit_condition")
  }
}
