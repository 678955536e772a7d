import Decisioning
import Domain
import Simulation
import Support
import Templates
import Testing

/// Who is in a segment, as time passes and customers act.
struct SegmentTests {
  static func orders(
    _ atLeast: Int, within days: Int64? = nil, atMost: Int? = nil, where condition: String? = nil,
    products: [ExactText] = []
  ) -> Criterion {
    .orders(
      OrderFilter(condition: condition.map(Condition.script), products: products),
      CountBounds(atLeast: atLeast, atMost: atMost), days.map { .within(.days($0)) } ?? .ever)
  }

  static func events(
    _ name: EventName, _ atLeast: Int, within days: Int64? = nil, where condition: String? = nil
  ) -> Criterion {
    let (bounds, window) = (CountBounds(atLeast: atLeast), days.map { TimeWindow.within(.days($0)) } ?? .ever)
    return .events(
      TallyRule(.event(name, where: condition.map(Condition.script)), bounds, window), bounds, window)
  }

  static func condition(_ text: String) -> Criterion { .condition(.script(text)) }

  /// A shop with these segments, and Ann in it.
  private func script(_ segments: Segment..., triggers: [Trigger] = []) -> Script {
    let script = Script(start: "2026-01-01 00:00")
    var program = Program.shop(triggers)
    program.audience = AudienceRules(segments: segments, measures: [])
    script.reload(program)
    return script
  }

  private func isMember(_ id: SegmentID, _ script: Script, _ customer: String = "ann") -> Bool {
    script.states[customer]?.memberships[id]?.isMember ?? false
  }

  private func since(_ id: SegmentID, _ script: Script) -> String? {
    script.states["ann"]?.memberships[id]?.since.map { $0.iso8601(in: .shanghai) }
  }

  @Test func `an order brings a customer in, and time takes the customer out at the instant`() {
    let script = script(Segment(id: "fresh", who: Self.orders(1, within: 30)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    #expect(isMember("fresh", script))
    #expect(since("fresh", script) == "2026-03-01T10:00:00+08:00")
    script.at("2026-03-31 09:59")
    #expect(isMember("fresh", script))
    script.at("2026-04-20 00:00")
    #expect(!isMember("fresh", script))
    #expect(since("fresh", script) == "2026-03-31T10:00:00+08:00")
    #expect(script.states["ann"]?.memberships["fresh"]?.reason == .time)
  }

  @Test func `a daemon that was down makes up for it at the instants that it missed`() {
    let script = script(Segment(id: "fresh", who: Self.orders(1, within: 30)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    script.sleeps(until: "2026-05-01 00:00")
    script.customer("ann").completesOrder("2")
    #expect(since("fresh", script) == "2026-05-01T00:00:00+08:00")
    #expect(isMember("fresh", script))
  }

  @Test func `a cancelled order takes the customer out at once`() {
    let script = script(Segment(id: "buyers", who: Self.orders(1)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    script.at("2026-03-02 10:00").customer("ann").cancelsOrder("1")
    #expect(!isMember("buyers", script))
    #expect(script.states["ann"]?.memberships["buyers"]?.reason == .data)
  }

  @Test func `a late order that would have kept the customer in counts from when it is known`() {
    let script = script(Segment(id: "fresh", who: Self.orders(1, within: 30)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    script.at("2026-04-10 10:00")
    #expect(since("fresh", script) == "2026-03-31T10:00:00+08:00")
    script.customer("ann").completesOrder("2", at: "2026-03-30 10:00")
    #expect(isMember("fresh", script))
    #expect(since("fresh", script) == "2026-04-10T10:00:00+08:00")
    // Its window counts from its own time.
    script.at("2026-04-29 10:00")
    #expect(!isMember("fresh", script))
  }

  @Test func `a member stays for a while without matching, and for good if it matches again`() {
    let script = script(Segment(id: "fresh", who: Self.orders(1, within: 30), stay: .days(7)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    script.at("2026-04-05 10:00")
    #expect(isMember("fresh", script))
    #expect(
      script.states["ann"]?.memberships["fresh"]?.lapsedAt
        == TimeZoneRules.shanghai.instant("2026-03-31 10:00"))
    script.customer("ann").completesOrder("2")
    #expect(script.states["ann"]?.memberships["fresh"]?.lapsedAt == nil)
    #expect(since("fresh", script) == "2026-03-01T10:00:00+08:00")
    script.at("2026-06-01 10:00")
    #expect(since("fresh", script) == "2026-05-12T10:00:00+08:00")
  }

  @Test func `not of a window lets customers in when it has passed`() {
    let silent = Segment(
      id: "silent", who: .all([Self.orders(1), .not(Self.orders(1, within: 60))]))
    let script = script(silent)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    #expect(!isMember("silent", script))
    script.at("2026-05-01 00:00")
    #expect(isMember("silent", script))
    #expect(since("silent", script) == "2026-04-30T10:00:00+08:00")
  }

  @Test func `events are counted if they meet the condition, late ones too`() {
    let script = script(
      Segment(
        id: "readers", who: Self.events("page_viewed", 2, within: 30, where: "event.path contains '/tea/'")))
    func view(_ path: String, at time: String) {
      let at = TimeZoneRules.shanghai.instant(time)
      script.receive(
        Event(
          messageID: path, name: "page_viewed", at: at, receivedAt: script.now,
          properties: ["path": .string(path)]),
        from: "ann")
    }
    script.at("2026-03-01 10:00")
    _ = script.customer("ann")
    view("/tea/1", at: "2026-03-01 10:00")
    view("/cups/1", at: "2026-03-01 10:00")
    #expect(!isMember("readers", script))
    script.at("2026-03-20 10:00")
    view("/tea/2", at: "2026-02-25 10:00")
    #expect(isMember("readers", script))
    script.at("2026-03-27 10:00")
    #expect(!isMember("readers", script))
    #expect(since("readers", script) == "2026-03-27T10:00:00+08:00")
  }

  @Test func `a segment of segments follows them in the same moment`() {
    let script = script(
      Segment(id: "buyers", who: Self.orders(1)),
      Segment(
        id: "a_lost_buyers",
        who: .all([.segment("buyers", isMember: true), .segment("fresh", isMember: false)])),
      Segment(id: "fresh", who: Self.orders(1, within: 30)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    #expect(!isMember("a_lost_buyers", script))
    script.at("2026-04-15 10:00")
    #expect(isMember("a_lost_buyers", script))
    #expect(since("a_lost_buyers", script) == "2026-03-31T10:00:00+08:00")
    script.customer("ann").cancelsOrder("1")
    #expect(!isMember("a_lost_buyers", script))
  }

  @Test(arguments: [
    ("customer.level == 'gold'", false), ("customer.level != 'gold'", false), ("customer.points < 5", false),
    ("customer.level == blank", false), ("customer.level != nil", false),
  ])
  func `a missing value meets no comparison`(text: String, holds: Bool) {
    let script = script(Segment(id: "s", who: Self.condition(text)))
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.firstName = "Ann" }
    #expect(isMember("s", script) == holds)
  }

  @Test func `has asks for a value, and not has for its absence`() {
    let has = Criterion.has(.script("customer.level"))
    let script = script(Segment(id: "known", who: has), Segment(id: "unknown", who: .not(has)))
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.firstName = "Ann" }
    #expect(!isMember("known", script))
    #expect(isMember("unknown", script))
    script.customer("ann").becomes { $0.attributes["level"] = .string("gold") }
    #expect(isMember("known", script))
    #expect(!isMember("unknown", script))
  }

  @Test func `a condition that cannot be evaluated matches nobody`() {
    let script = script(Segment(id: "s", who: Self.condition("customer.first_name < 5")))
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.firstName = "Ann" }
    #expect(!isMember("s", script))
  }

  @Test func `a bought product counts until it is returned, by SKU or category`() {
    let script = script(
      Segment(id: "tea", who: Self.orders(1, products: ["green"])),
      Segment(id: "cup", who: Self.orders(1, products: ["cup"])))
    script.catalog = Catalog(products: ["tea": Product(sku: "tea", category: "green")])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1", "tea")
    #expect(isMember("tea", script))
    #expect(!isMember("cup", script))
    script.customer("ann").cancelsOrder("1")
    #expect(!isMember("tea", script))
  }

  @Test func `a new definition evaluates everybody and is no occasion`() {
    let script = script()
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    var program = script.program
    program.audience = AudienceRules(segments: [Segment(id: "buyers", who: Self.orders(1))], measures: [])
    script.at("2026-03-02 10:00")
    script.reload(program)
    #expect(isMember("buyers", script))
    let reason = script.states["ann"]?.memberships["buyers"]?.reason
    #expect(reason == .definition)
    #expect(reason?.isOccasion == false)
    program.audience = .none
    script.reload(program)
    #expect(script.states["ann"]?.memberships == [:])
  }

  @Test func `a customer who becomes known is asked by every segment`() {
    let script = script(Segment(id: "no_buyers", who: .not(Self.orders(1))))
    script.at("2026-03-01 10:00")
    script.receive(
      Event(messageID: "1", name: "page_viewed", at: script.now, receivedAt: script.now), from: "bob")
    #expect(script.simulation.customer("bob")?.state.memberships["no_buyers"]?.isMember == true)
  }

  @Test func `a message that was sent counts`() {
    let bounds = CountBounds(atLeast: 1)
    let window = TimeWindow.within(.days(10))
    let script = script(
      Segment(
        id: "written_to", who: .events(TallyRule(.message("welcome", .sent), bounds, window), bounds, window)),
      triggers: [.welcome])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("1")
    #expect(!isMember("written_to", script))
    script.at("2026-03-01 10:10")
    #expect(isMember("written_to", script))
    // The second message of the trigger, three days later, counts too.
    script.at("2026-03-14 09:59")
    #expect(isMember("written_to", script))
    script.at("2026-03-14 10:10")
    #expect(!isMember("written_to", script))
  }
}
