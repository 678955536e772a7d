import Decisioning
import Domain
import Support
import Testing

struct HoldoutTests {
  @Test func `the group is a fixed share of customers, another one for each trigger and shop`() {
    func bucket(_ number: Int, _ trigger: TriggerID = "t", _ salt: String = "s") -> Double {
      HoldoutBucket.of(customer: "c\(number)", trigger: trigger, salt: salt)
    }
    let held = (0..<20_000).count { bucket($0) < 0.1 }
    #expect((1850...2150).contains(held))
    let both = (0..<20_000).count { bucket($0) < 0.1 && bucket($0, "u") < 0.1 }
    #expect((130...270).contains(both))
    #expect((0..<100).contains { bucket($0) != bucket($0, "t", "other") })
    // From Python's hashlib, and fixed for ever: a change of this number moves customers between the groups
    // of running experiments.
    #expect(HoldoutBucket.of(customer: "ann", trigger: "win_back", salt: "salt") == 0.66802)
  }

  @Test func `a customer of the group is withheld at every step, and recorded`() {
    var trigger = Trigger.welcome
    trigger.holdout = 1
    let script = Script(trigger)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-20 00:00")
    script.expect.messages()
    script.expect.held(
      "2026-03-01 10:10 ann thanks withhold holdout", "2026-03-04 10:00 ann guide withhold holdout")
  }
}
