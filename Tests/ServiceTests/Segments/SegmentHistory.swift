import Decisioning
import Domain
import Support
import Templates

/// What happens to a few customers of a shop with segments, each at a full hour; and who is in which segment at every
/// hour, found by looking at everything each time.
struct SegmentHistory: Sendable {
  struct Step: Sendable {
    var at: Instant
    var events: [IncomingEvent]
  }

  static let start = TimeZoneRules.berlin.instant("2026-03-20 00:00")
  /// Over the night in which the clock is set.
  static let hours: Int64 = 24 * 20
  static let customers = ["ann", "bob", "cat"]

  var steps: [Step]

  init(using random: inout some RandomNumberGenerator) {
    steps = []
    var number = 0
    for hour in 1..<Self.hours where Int.random(in: 0..<6, using: &random) == 0 {
      let now = Self.start + .hours(hour)
      var events: [IncomingEvent] = []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        number += 1
        events.append(Self.event(number, now, using: &random))
      }
      steps.append(Step(at: now, events: events))
    }
  }

  private static func event(
    _ number: Int, _ now: Instant, using random: inout some RandomNumberGenerator
  ) -> IncomingEvent {
    let id = customers.randomElement(using: &random) ?? "ann"
    let late = Int.random(in: 0..<3, using: &random) == 0 ? Int64.random(in: 0...120, using: &random) : 0
    let at = now - .hours(late)
    func event(_ name: EventName, _ properties: Record = Record(), _ effect: EventEffect) -> IncomingEvent {
      IncomingEvent(
        customerID: id,
        event: Event(messageID: "m\(number)", name: name, at: at, receivedAt: now, properties: properties),
        effect: effect)
    }
    let order = "\(id)-\(Int.random(in: 1...6, using: &random))"
    switch Int.random(in: 0..<10, using: &random) {
    case 0...2:
      let sku = ["tea", "cup"].randomElement(using: &random) ?? "tea"
      let placed = Order(
        id: order, placedAt: at, total: .cny(Int64.random(in: 1...20, using: &random) * 1000),
        lines: [OrderLine(sku: sku, quantity: 1, price: 1000)], receivedAt: now)
      return event(.orderCompleted, ["order_id": .string(order)], .orderPlaced(placed))
    case 3: return event(.orderCancelled, ["order_id": .string(order)], .orderCancelled(orderID: order))
    case 4:
      var traits = CustomerTraits()
      traits.attributes["level"] = .string(["gold", "none"].randomElement(using: &random) ?? "gold")
      return event(.customerIdentified, Record(), .identify(traits))
    case 5, 6: return event("complained", Record(), .none)
    default:
      let path = ["/tea/1", "/cups/1"].randomElement(using: &random) ?? "/tea/1"
      return event("page_viewed", ["path": .string(path)], .none)
    }
  }

  // MARK: - The segments

  private static func counted(
    _ name: EventName, _ bounds: CountBounds, hours: Int64, where condition: String? = nil
  ) -> Criterion {
    let window = TimeWindow.within(.hours(hours))
    return .events(
      TallyRule(.event(name, where: condition.map(Condition.script)), bounds, window), bounds, window)
  }

  private static func orders(_ bounds: CountBounds, hours: Int64, where condition: String? = nil) -> Criterion
  {
    .orders(
      OrderFilter(condition: condition.map(Condition.script)), bounds, .within(.hours(hours)))
  }

  static let audience = AudienceRules(
    segments: [
      Segment(id: "buyers", who: orders(CountBounds(), hours: 100)),
      Segment(
        id: "large", who: orders(CountBounds(atLeast: 2), hours: 150, where: "order.total >= 100"),
        stay: .hours(30)),
      Segment(
        id: "readers",
        who: counted("page_viewed", CountBounds(atLeast: 2), hours: 72, where: "event.path contains 'tea'"),
        stay: .hours(12)),
      Segment(id: "calm", who: .not(counted("complained", CountBounds(), hours: 48))),
      Segment(id: "some", who: counted("complained", CountBounds(atLeast: 1, atMost: 2), hours: 96)),
      Segment(
        id: "both",
        who: .all([
          .segment("buyers", isMember: true), .segment("readers", isMember: false),
          .any([.condition(.script("customer.level != 'none'")), .not(.has(.script("customer.level")))]),
        ]), stay: .hours(5)),
      Segment(id: "rich", who: .condition(.script("customer.spent >= 150"))),
    ],
    measures: [
      Measure(name: "spent", source: .orders(OrderFilter()), isSum: true, window: .within(.hours(120)))
    ])

  static var program: Program {
    var program = Program.shop([])
    program.audience = audience
    return program
  }

  // MARK: - What must come of it

  /// The segments of every known customer, by hour.
  func expected() -> [Instant: [String: Set<SegmentID>]] {
    var found: [Instant: [String: Set<SegmentID>]] = [:]
    var people: [String: Person] = [:]
    var next = steps[...]
    for hour in 0...Self.hours {
      let now = Self.start + .hours(hour)
      while let step = next.first, step.at == now {
        next.removeFirst()
        for event in step.events { people[event.customerID, default: Person()].take(event, Self.program) }
      }
      for id in people.keys { people[id]?.look(at: now) }
      found[now] = people.mapValues(\.segments)
    }
    return found
  }
}

/// One customer with everything that was ever told, looked at anew each time.
private struct Person {
  private var events: [Event] = []
  private var state = CustomerState(customer: Customer(key: CustomerKey(1), id: "x"))
  /// Since when a member has not matched.
  private var lapsed: [SegmentID: Instant] = [:]
  private(set) var segments: Set<SegmentID> = []

  mutating func take(_ incoming: IncomingEvent, _ program: Program) {
    events.append(incoming.event)
    var change = CustomerChange(state: state, now: incoming.event.receivedAt)
    change.apply(incoming, program)
    state = change.state
  }

  mutating func look(at now: Instant) {
    func within(_ at: Instant, _ hours: Int64) -> Bool { at <= now && at > now - .hours(hours) }
    func count(_ name: EventName, _ hours: Int64, _ text: String? = nil) -> Int {
      events.count { event in
        guard event.name == name, within(event.at, hours) else { return false }
        guard let text else { return true }
        if case .string(let path)? = event.properties["path"] { return path.contains(text) }
        return false
      }
    }
    let standing = state.orders.filter(\.stands)
    func orders(_ hours: Int64, least: Int64 = 0) -> [Order] {
      standing.filter { within($0.placedAt ?? .distantPast, hours) && $0.total.minorUnits >= least }
    }
    let level = state.customer.attributes["level"]
    enter("buyers", !orders(100).isEmpty, now)
    enter("large", orders(150, least: 100_00).count >= 2, now, stay: 30)
    enter("readers", count("page_viewed", 72, "tea") >= 2, now, stay: 12)
    enter("calm", count("complained", 48) == 0, now)
    enter("some", (1...2).contains(count("complained", 96)), now)
    enter(
      "both",
      segments.contains("buyers") && !segments.contains("readers") && level != .string("none"), now, stay: 5)
    enter("rich", orders(120).reduce(0) { $0 + $1.total.minorUnits } >= 150_00, now)
  }

  private mutating func enter(_ id: SegmentID, _ matches: Bool, _ now: Instant, stay hours: Int64 = 0) {
    if matches {
      segments.insert(id)
      lapsed[id] = nil
      return
    }
    guard segments.contains(id) else { return }
    let since = lapsed[id] ?? now
    lapsed[id] = since
    guard now >= since + .hours(hours) else { return }
    segments.remove(id)
    lapsed[id] = nil
  }
}
