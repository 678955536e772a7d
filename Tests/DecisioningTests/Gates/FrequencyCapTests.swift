import Decisioning
import Domain
import Support
import Testing

struct FrequencyCapTests {
  @Test func `a rolling window forgets what is exactly as old as it is long`() {
    let script = Script(.onOrder())
    script.program.limits.caps = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 01:59").customer("ann").completesOrder("o2")
    script.at("2026-03-02 02:00").customer("ann").completesOrder("o3")
    script.at("2026-03-03 00:00")
    script.expect.messages("2026-03-01 10:00 ann email thanks", "2026-03-02 02:00 ann email thanks")
    script.expect.held("2026-03-02 01:59 ann thanks skip frequency_cap")
  }

  @Test func `a window of the local day begins at the customer's midnight`() {
    let script = Script(.onOrder())
    script.program.limits.caps = [FrequencyCap(channel: nil, limit: 1, window: .localDay)]
    script.at("2026-03-01 10:00")
    for name in ["ann", "bert"] { script.customer(name).completesOrder("\(name)1") }
    script.customer("bert").becomes { $0.timeZone = "Europe/Berlin" }
    script.at("2026-03-02 00:30")
    for name in ["ann", "bert"] { script.customer(name).completesOrder("\(name)2") }
    script.at("2026-03-02 07:00").customer("bert").completesOrder("bert3")
    script.at("2026-03-02 08:00")
    script.expect.messages(
      "2026-03-01 10:00 ann email thanks", "2026-03-01 10:00 bert email thanks",
      "2026-03-02 00:30 ann email thanks",
      "2026-03-02 07:00 bert email thanks")
    script.expect.held("2026-03-02 00:30 bert thanks skip frequency_cap")
  }

  @Test func `a cap of one channel leaves the others free, a cap over all counts them together`() {
    let robot = Trigger.onOrder("robot", channels: ["robot"])
    for (cap, goes) in [(ChannelName?.some("email"), 2), (nil, 1)] {
      let script = Script(.onOrder(), robot)
      script.program.limits.caps = [FrequencyCap(channel: cap, limit: 1, window: .rolling(.days(7)))]
      script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
      script.at("2026-03-01 10:01")
      #expect(script.sent.count == goes)
    }
  }

  @Test func `a full cap on the first channel does not become a message on the second`() {
    let script = Script(.onOrder(channels: ["robot", "email"]))
    script.program.limits.caps = [FrequencyCap(channel: "robot", limit: 1, window: .rolling(.days(1)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1").completesOrder("o2")
    script.at("2026-03-01 10:01")
    script.expect.messages("2026-03-01 10:00 ann robot thanks")
    script.expect.held("2026-03-01 10:00 ann thanks skip frequency_cap")
  }

  @Test func `service messages pass every cap and fill none`() {
    let script = Script(
      .onOrder("receipt", purpose: .service), .onOrder("thanks", after: .minutes(1)))
    script.program.limits.caps = [FrequencyCap(channel: nil, limit: 1, window: .rolling(.days(7)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 11:00").customer("ann").completesOrder("o2")
    script.at("2026-03-01 12:00")
    script.expect.messages(
      "2026-03-01 10:00 ann email receipt", "2026-03-01 10:01 ann email thanks",
      "2026-03-01 11:00 ann email receipt")
  }

  @Test func `of two triggers due together the one of lower priority number goes`() {
    let script = Script(.onOrder("a", priority: 200), .onOrder("b", priority: 50))
    script.program.limits.caps = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.messages("2026-03-01 10:00 ann email b")
    script.expect.held("2026-03-01 10:00 ann a skip frequency_cap")
  }

  @Test func `a cap that is full in the night is asked again at the opening`() {
    let script = Script(.onOrder(expiresAfter: .days(1)))
    script.program.limits = Limits(
      quietHours: QuietHours(from: .at("21:00"), to: .at("09:00")),
      caps: [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))])
    script.at("2026-03-01 17:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 21:59").customer("ann").completesOrder("o2")
    script.at("2026-03-02 12:00")
    script.expect.messages("2026-03-01 17:00 ann email thanks", "2026-03-02 09:00 ann email thanks")
    script.expect.held("2026-03-01 21:59 ann thanks defer quiet_hours")
  }

  @Test func `at the same priority the one that was due first goes`() {
    let script = Script(.onOrder("a", after: .minutes(30)), .onOrder("b", after: .minutes(10)))
    script.program.limits.caps = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 12:00")
    script.decideDue()
    script.expect.messages("2026-03-01 12:00 ann email b")
    script.expect.held("2026-03-01 12:00 ann a skip frequency_cap")
  }

  @Test func `a second step that has become due is ranked with what else is due`() {
    let first = Trigger.make(
      "first", EventRule(name: .orderCompleted, only: .every),
      [.make("one", expiresAfter: .hours(1)), .make("two", after: .hours(2))], priority: 10)
    let script = Script(first, .onOrder("other", priority: 50))
    script.program.limits.caps = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 12:30")
    script.decideDue()
    script.expect.messages("2026-03-01 12:30 ann email two")
    script.expect.held(
      "2026-03-01 12:30 ann one skip expired", "2026-03-01 12:30 ann other skip frequency_cap")
  }

  @Test func `a second step of lesser priority waits behind what else is due`() {
    let first = Trigger.make(
      "first", EventRule(name: .orderCompleted, only: .every),
      [.make("one", expiresAfter: .hours(1)), .make("two", after: .hours(2))], priority: 70)
    let script = Script(first, .onOrder("other", priority: 50))
    script.program.limits.caps = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 12:30")
    script.decideDue()
    script.expect.messages("2026-03-01 12:30 ann email other")
    script.expect.held(
      "2026-03-01 12:30 ann one skip expired", "2026-03-01 12:30 ann two skip frequency_cap")
  }
}
