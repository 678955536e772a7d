import Decisioning
import Domain
import Support

extension History {
  /// Three weeks of a few customers who do everything that customers do, in any order and often late.
  ///
  /// - Parameter joining: whether some of them turn out to be one person.
  init(joining: Bool = false, using random: inout some RandomNumberGenerator) {
    var writer = RandomHistory(
      start: TimeZoneRules.shanghai.instant("2026-03-01 00:00"), joining: joining)
    self = writer.write(using: &random)
  }
}

private struct RandomHistory {
  let start: Instant
  private var now: Instant
  private var number = 0
  private var program: Program
  private var steps: [History.Step] = []
  /// Until how many steps later.
  private var paused: [(trigger: TriggerID, steps: Int)] = []
  /// How many steps later messages leave the outbox again; `nil` while they do.
  private var outage: Int?

  private var customers = ["ann", "bob", "cat", "dan", "eve"]
  private let isJoining: Bool
  private static let emails = [
    "home@mail.example", "HOME@mail.example", "ann@mail.example", "bob@mail.example",
    Provider.unknownAddress, Provider.fullMailbox, Provider.slowMailbox, Provider.slowMailbox, "",
  ]
  private static let phones = ["+8613812345678", "+8613812345679", ""]
  private static let zones = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Nowhere/Land"]
  private static let skus = ["tea", "cup", "pot"]
  private static let channels: [ChannelName] = ["email", "sms"]
  /// Everybody has an address there, and it stays in the file.
  private static let lasting: ChannelName = "robot"

  init(start: Instant, joining: Bool) {
    self.start = start
    isJoining = joining
    if joining { customers += ["v", "w"].map { Visitor.id(of: $0) } }
    now = start
    program = .shop([])
  }

  mutating func write(using random: inout some RandomNumberGenerator) -> History {
    program = Self.program(using: &random)
    let first = program
    for id in customers where .random(using: &random) { identify(id, using: &random) }
    for _ in 0..<Int.random(in: 20...90, using: &random) {
      now = now + .milliseconds(Int64.random(in: 1...(12 * 3_600_000), using: &random))
      step(using: &random)
    }
    for open in paused { steps.append(History.Step(at: now, deed: .resume(open.trigger))) }
    if outage != nil { steps.append(History.Step(at: now, deed: .sending(true))) }
    return History(program: first, start: start, steps: steps, end: now + .days(8))
  }

  // MARK: - The shop

  private static func program(using random: inout some RandomNumberGenerator) -> Program {
    var lapsed = Trigger.make(
      "lapsed", .lapsed(.days(4)),
      [
        .make("lapsed/1", channels: ["sms", "email"]),
        .make("lapsed/2", after: .days(2), unless: [.orderCompleted]),
      ],
      holdout: 0.3, existing: .include, spread: .days(1))
    lapsed.planningHash = "1"
    let quiz = Trigger.make(
      "quiz", EventRule(name: "quiz_finished", only: .every),
      [.make("quiz/1"), .make("quiz/2", after: .hours(5), unless: [Unless("coupon_used")])],
      audience: "customer.level != 'none'", priority: 20)
    let refund = Trigger.make(
      "refund", EventRule(name: .orderRefunded, only: .every), [.make("refund/1", channels: [lasting])],
      purpose: .service, expiresAfter: .hours(6))
    var welcome = Trigger.welcome
    welcome.steps[1].unless = [Unless("coupon_used", same: .customer), Unless(.orderCancelled)]
    var program = Program.shop([
      welcome, .cartRecovery, .birthday(before: .days(1)), .replenishment(.fixed(.days(5)), lead: .days(1)),
      lapsed, quiz, refund,
    ])
    for id in program.triggers.keys.sorted() where Int.random(in: 0..<4, using: &random) == 0 {
      program.triggers[id] = nil
    }
    program.limits = limits(using: &random)
    program.setTemplate(
      "welcome/thanks", text: "Dear {{ customer.first_name }}, {{ order.total | money }}")
    return program
  }

  private static func limits(using random: inout some RandomNumberGenerator) -> Limits {
    var limits = Limits()
    if Int.random(in: 0..<3, using: &random) > 0 {
      limits.quietHours = QuietHours(from: .at("21:00"), to: .at("09:00"))
    }
    if .random(using: &random) {
      limits.caps.append(FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16))))
    }
    if .random(using: &random) {
      limits.caps.append(FrequencyCap(channel: nil, limit: 2, window: .localDay))
    }
    return limits
  }

  private mutating func reload(using random: inout some RandomNumberGenerator) {
    guard let id = program.triggers.keys.sorted().randomElement(using: &random) else { return }
    number += 1
    switch Int.random(in: 0..<7, using: &random) {
    case 0: program.limits = Self.limits(using: &random)
    case 1: program.triggers[id] = nil
    case 2: program.triggers[id]?.steps[0].channels = .random(using: &random) ? ["email"] : ["sms", "email"]
    case 3:
      program.triggers[id]?.steps[0].after = .hours(Int64.random(in: 0...30, using: &random))
      program.triggers[id]?.planningHash = "\(number)"
    case 4: if let channel = Self.channels.randomElement(using: &random) { program.channels[channel] = nil }
    case 5: if let open = paused.randomElement(using: &random) { program.triggers[open.trigger] = nil }
    default:
      // What was removed comes back.
      program.channels = Program.shop([]).channels
      let all = Self.program(using: &random).triggers
      for (id, trigger) in all where program.triggers[id] == nil { program.triggers[id] = trigger }
    }
    leaveOutMissingChannels()
    steps.append(History.Step(at: now, deed: .reload(program)))
  }

  /// A file whose steps name a channel that it does not have would be refused.
  private mutating func leaveOutMissingChannels() {
    let channels = program.channels
    program.triggers = program.triggers.mapValues { trigger in
      var trigger = trigger
      for index in trigger.steps.indices {
        trigger.steps[index].channels.removeAll { channels[$0] == nil }
        if trigger.steps[index].channels.isEmpty { trigger.steps[index].channels = [Self.lasting] }
      }
      return trigger
    }
  }

  // MARK: - Steps

  private mutating func step(using random: inout some RandomNumberGenerator) {
    for index in paused.indices.reversed() {
      paused[index].steps -= 1
      guard paused[index].steps <= 0, program.triggers[paused[index].trigger] != nil else { continue }
      steps.append(History.Step(at: now, deed: .resume(paused.remove(at: index).trigger)))
    }
    outage = outage.map { $0 - 1 }
    if let left = outage, left <= 0 {
      outage = nil
      steps.append(History.Step(at: now, deed: .sending(true)))
    }
    let trigger = program.triggers.keys.sorted().randomElement(using: &random)
    let id = customers.randomElement(using: &random) ?? "ann"
    if isJoining, Int.random(in: 0..<10, using: &random) == 0 { return name(using: &random) }
    switch Int.random(in: 0..<27, using: &random) {
    case 24...26: sendElsewhere(to: id, using: &random)
    case 0, 1:
      guard let trigger else { return }
      steps.append(History.Step(at: now, deed: .pause(trigger)))
      // Not for long: what is paused is asked about four times an hour.
      paused.append((trigger, Int.random(in: 1...3, using: &random)))
    case 2, 3, 4: reload(using: &random)
    case 5:
      if outage == nil { steps.append(History.Step(at: now, deed: .sending(false))) }
      outage = Int.random(in: 1...5, using: &random)
    case 6...9: identify(id, using: &random)
    default:
      // Several events in one call now and then.
      let count = Int.random(in: 0..<4, using: &random) == 0 ? 3 : 1
      tell((0..<count).map { _ in event(of: id, using: &random) })
    }
  }

  private mutating func name(using random: inout some RandomNumberGenerator) {
    number += 1
    let users = customers.filter { !Visitor.isVisitor($0) }.shuffled(using: &random)
    let statement =
      Int.random(in: 0..<3, using: &random) == 0
      ? NameStatement(.alias, users[0], of: users[1], at: now, messageID: "m\(number)")
      : NameStatement(
        .visitor, .random(using: &random) ? "v" : "w", of: users[0], at: now, messageID: "m\(number)")
    steps.append(History.Step(at: now, deed: .named(statement)))
  }

  private mutating func tell(_ events: [IncomingEvent]) {
    steps.append(History.Step(at: now, deed: .events(events)))
  }

  private mutating func incoming(
    _ id: String, _ name: EventName, at: Instant, _ properties: Record, _ effect: EventEffect
  ) -> IncomingEvent {
    number += 1
    return IncomingEvent(
      customerID: id,
      event: Event(
        messageID: "m\(number)", name: name, at: at, receivedAt: now, properties: properties), effect: effect)
  }

  /// What another system has sent, told once or twice.
  private mutating func sendElsewhere(to id: String, using random: inout some RandomNumberGenerator) {
    var told: [SentElsewhere] = []
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      var message = SentElsewhere(
        channel: Self.channels.randomElement(using: &random) ?? "email", sentAt: moment(using: &random),
        source: "the old system")
      if Int.random(in: 0..<4, using: &random) > 0,
        let trigger = program.triggers.values.sorted(by: { $0.id < $1.id }).randomElement(using: &random)
      {
        message.trigger = trigger.id
        if .random(using: &random) { message.step = trigger.steps.randomElement(using: &random)?.id }
        message.occurrence =
          [
            nil, "\(id)-\(Int.random(in: 1...4, using: &random))", "first", "default", "tea", "2026",
            "m\(Int.random(in: 1...60, using: &random))",
          ].randomElement(using: &random) ?? nil
      }
      told.append(message)
    }
    steps.append(History.Step(at: now, deed: .sentElsewhere(told, customer: id)))
    if Int.random(in: 0..<4, using: &random) == 0 {
      steps.append(History.Step(at: now, deed: .sentElsewhere(told, customer: id)))
    }
  }

  /// Now, or in the last days.
  private func moment(using random: inout some RandomNumberGenerator) -> Instant {
    guard Int.random(in: 0..<3, using: &random) == 0 else { return now }
    return now - .milliseconds(Int64.random(in: 0...(4 * 86_400_000), using: &random))
  }

  private mutating func identify(_ id: String, using random: inout some RandomNumberGenerator) {
    var traits = CustomerTraits()
    func chance() -> Bool { Int.random(in: 0..<3, using: &random) == 0 }
    if Bool.random(using: &random) { traits.email = .some(Self.emails.randomElement(using: &random)) }
    if chance() { traits.phone = .some(Self.phones.randomElement(using: &random)) }
    if chance() { traits.timeZone = .some(Self.zones.randomElement(using: &random)) }
    if chance() { traits.firstName = .some(id) }
    if chance() {
      traits.birthday = .some(
        GivenBirthday(Birthday(month: 3, day: Int.random(in: 1...31, using: &random))))
    }
    if chance() {
      traits.attributes["level"] = .string(["none", "gold"].randomElement(using: &random) ?? "gold")
    }
    if chance(), let channel = Self.channels.randomElement(using: &random) {
      traits.consent[channel] = .random(using: &random) ? .granted : .withdrawn
    }
    tell([incoming(id, .customerIdentified, at: moment(using: &random), Record(), .identify(traits))])
  }

  private mutating func event(
    of id: String, using random: inout some RandomNumberGenerator
  ) -> IncomingEvent {
    let at = moment(using: &random)
    let order = "\(id)-\(Int.random(in: 1...4, using: &random))"
    let line = OrderLine(
      sku: Self.skus.randomElement(using: &random) ?? "tea", quantity: Int.random(in: 1...2, using: &random),
      price: 5000)
    let cart = ["default", "c1"].randomElement(using: &random) ?? "default"
    switch Int.random(in: 0..<12, using: &random) {
    case 0...2:
      let placed = Order(
        id: order, placedAt: at, total: .cny(5000 * Int64(line.quantity)), lines: [line],
        cartID: .random(using: &random) ? cart : nil, receivedAt: now)
      return incoming(id, .orderCompleted, at: at, ["order_id": .string(order)], .orderPlaced(placed))
    case 3:
      return incoming(
        id, .orderCancelled, at: at, ["order_id": .string(order)], .orderCancelled(orderID: order))
    case 4:
      let amount: Money? = .random(using: &random) ? .cny(2000) : nil
      return incoming(
        id, .orderRefunded, at: at, ["order_id": .string(order)],
        .orderRefunded(orderID: order, amount: amount))
    case 5...7:
      return incoming(
        id, .productAdded, at: at, Record(),
        .cartChanged(cartID: cart, url: "https://tea.example/cart", change: .add(line)))
    case 8:
      let change: CartChange.Kind = .random(using: &random) ? .clear : .remove(sku: line.sku, quantity: nil)
      return incoming(
        id, .cartEmptied, at: at, Record(), .cartChanged(cartID: cart, url: nil, change: change))
    case 9:
      let name: EventName = .random(using: &random) ? "quiz_finished" : "coupon_used"
      let properties: Record = .random(using: &random) ? ["order_id": .string(order)] : Record()
      return incoming(id, name, at: at, properties, .none)
    default:
      let channel = Self.channels.randomElement(using: &random) ?? "email"
      let state: ConsentState = Int.random(in: 0..<3, using: &random) == 0 ? .withdrawn : .granted
      return incoming(
        id, state == .granted ? .consentGranted : .consentWithdrawn, at: at, Record(),
        .consent(channel, state))
    }
  }
}
