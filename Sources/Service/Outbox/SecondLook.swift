internal import Decisioning
internal import Domain
internal import Store

/// Looks at the customers of messages once more before each attempt, however short the way was: an order or another event
/// may have come since, and the address may be another.
enum SecondLook {
  /// What has changed about a message since it was decided.
  enum News: Sendable {
    /// The reason for it is gone.
    case gone(Decision)
    /// The file asks for another message by now: the step is decided anew.
    case outdated(Decision)
    /// The customer is reached elsewhere now.
    case moved(to: String)
    /// It must not go yet: the customer has no address on the channel any more, nor is there another.
    case waits(Decision)
    /// The customer has no address on the channel any more, and another channel of the step takes over.
    case elsewhere(Decision)
  }

  struct Finding: Sendable {
    var message: ClaimedMessage
    /// The customer's id.
    var customer: String
    var news: News
  }

  /// What became of findings.
  struct Settled: Sendable {
    /// Messages that do not go now, and of which that is news.
    var told: Set<Int64> = []
    /// Messages that go to their new address.
    var moved: Set<Int64> = []
    /// Messages that have ended, and nothing follows.
    var ended: Set<Int64> = []
    /// Whether steps may have been taken up again.
    var isReopened = false
  }

  /// A message that has to wait once more, to keep its distance from one of an earlier step.
  struct Delay: Sendable {
    var message: ClaimedMessage
    var timing: StepTiming
  }

  /// Those among `messages` that are not to go yet. Of steps that come first nothing is read.
  static func delays(
    among messages: [ClaimedMessage], _ tx: Transaction, _ shop: Shop, _ now: Instant
  ) throws -> [Delay] {
    let later = messages.filter { message in
      shop.program.triggers[message.trigger]?.keepsDistance(message.step) ?? false
    }
    guard !later.isEmpty else { return [] }
    let enrollments = try tx.enrollments(keys: later.map(\.enrollment))
    let sent = try tx.stepMessages(of: enrollments.values, for: shop.program)
    return later.compactMap { message in
      guard let enrollment = enrollments[message.enrollment], let others = sent[enrollment.key] else {
        return nil
      }
      let facts = Facts(
        enrollment: enrollment,
        state: CustomerState(customer: Customer(key: message.customer, id: "")), messages: others)
      return Decider.distance(step: message.step, facts: facts, program: shop.program, now: now)
        .map { Delay(message: message, timing: $0) }
    }
  }

  /// Those among `messages` about which something has changed.
  static func findings(
    among messages: [ClaimedMessage], _ tx: Transaction, _ shop: Shop, now: Instant
  ) throws -> [Finding] {
    let triggers = Set(messages.map(\.trigger)).compactMap { shop.program.triggers[$0] }
    let asking = Set(triggers.filter(\.asksForEvents).map(\.id))
    var bounds = StateBounds(currency: shop.program.brand.currency, triggers: Set(triggers.map(\.id)))
    for message in messages { bounds.enrollments[message.customer, default: []].append(message.enrollment) }
    let states = try tx.states(
      of: Array(Set(messages.map(\.customer))), parts: StateParts(deciding: triggers), within: bounds)
    var facts: [Facts?] = []
    facts.reserveCapacity(messages.count)
    var since: [CustomerKey: Instant] = [:]
    for message in messages {
      // Of whoever was forgotten just now the message is gone too.
      guard let state = states[message.customer],
        let enrollment = state.enrollments.first(where: { $0.key == message.enrollment })
      else {
        facts.append(nil)
        continue
      }
      let known = Facts(enrollment: enrollment, state: state, catalog: shop.catalog)
      facts.append(known)
      if asking.contains(message.trigger) {
        since[message.customer] = min(
          since[message.customer] ?? .distantFuture, known.unlessSince(shop.program))
      }
    }
    let events =
      since.isEmpty
      ? [:] : try tx.events(after: since.map { ($0.key, $0.value) }, names: shop.program.exitEvents)
    var gates = WireGates(shop, now: now)
    return try zip(messages, facts).compactMap { message, facts in
      guard var facts else { return nil }
      facts.eventsSince = events[message.customer] ?? []
      guard var news = news(of: message, facts, shop.program, &gates) else { return nil }
      if case .waits(let decision) = news, decision.verdict.gate == .noAddress,
        try hasOtherChannel(message, facts, tx, shop, now)
      {
        news = .elsewhere(decision)
      }
      return Finding(message: message, customer: facts.state.customer.id, news: news)
    }
  }

  /// Whether the step can be taken up again, and then reaches the customer. The gates are asked again when it is decided.
  private static func hasOtherChannel(
    _ message: ClaimedMessage, _ facts: Facts, _ tx: Transaction, _ shop: Shop, _ now: Instant
  ) throws -> Bool {
    var facts = facts
    let customer = facts.state.customer
    facts.messages =
      try tx.stepMessages(of: [facts.enrollment], for: shop.program)[facts.enrollment.key] ?? []
    facts.suppressed = try tx.suppressions(of: [customer], for: shop.program)[customer.key] ?? [:]
    return Decider.reachesOtherwise(
      step: message.step, triedOn: message.channel, facts: facts, program: shop.program, now: now)
  }

  private static func news(
    of message: ClaimedMessage, _ facts: Facts, _ program: Program, _ gates: inout WireGates
  ) -> News? {
    let customer = facts.state.customer
    // Its suppression was looked at with the claim, in the same moment.
    let due = DueMessage(
      message: message, consent: customer.consent[message.channel], timeZone: customer.timeZone)
    switch gates.ask(due, facts: facts) {
    case .holds(let decision):
      switch MessageFact(heldBy: decision.verdict) {
      case .putOff: return .waits(decision)
      case .suppressed: return .outdated(decision)
      default: return .gone(decision)
      }
    case .goes:
      guard let address = Decider.address(on: message.channel, of: customer, program: program),
        address != message.content.to
      else { return nil }
      return .moved(to: address)
    }
  }

  /// Writes down what follows from findings.
  static func settle(
    _ findings: [Finding], _ shop: Shop, _ tx: Transaction, at now: Instant
  ) throws -> Settled {
    var gone: [(finding: Finding, decision: Decision)] = []
    var waits: [(finding: Finding, decision: Decision)] = []
    var outdated: [(finding: Finding, decision: Decision)] = []
    var elsewhere: [(finding: Finding, decision: Decision)] = []
    var moved: [(message: ClaimedMessage, to: String)] = []
    for finding in findings {
      switch finding.news {
      case .gone(let decision): gone.append((finding, decision))
      case .outdated(let decision): outdated.append((finding, decision))
      case .waits(let decision): waits.append((finding, decision))
      case .elsewhere(let decision): elsewhere.append((finding, decision))
      case .moved(let address): moved.append((finding.message, address))
      }
    }
    var settled = Settled()
    let replaced = try tx.giveUp(outdated.map { ($0.finding.message.key, $0.finding.message.token) }, at: now)
    // What may have been delivered is not sent in another form.
    gone += outdated.filter { !replaced.contains($0.finding.message.key) }
    let cancelled = try tx.cancel(gone.map { ($0.finding.message.key, $0.finding.message.token) }, at: now)
    settled.told.formUnion(cancelled)
    try tx.record(
      gone.filter { cancelled.contains($0.finding.message.key) }.map {
        StoredDecision($0.decision, of: $0.finding.message, at: now)
      })
    let given = try tx.giveUp(elsewhere.map { ($0.finding.message.key, $0.finding.message.token) }, at: now)
    // What may have been delivered is not sent by another channel: it waits for an address.
    waits += elsewhere.filter { !given.contains($0.finding.message.key) }
    try tx.putOff(
      waits.map { finding, decision in
        (
          finding.message.key, finding.message.token, decision.verdict.until ?? now,
          finding.message.expiresAt
        )
      })
    let waiting = waits.map { StoredDecision($0.decision, of: $0.finding.message, at: now) }
    // Told once, as it stands in the record.
    let recorded = try tx.recordOnce(waiting)
    settled.told.formUnion(recorded.map { waits[$0].finding.message.key })
    let refused = try refusals(of: moved, shop, tx, at: now)
    settled.moved = try tx.readdress(moved.filter { refused[$0.message.key] == nil })
    let suppressed = try tx.suppress(moved.filter { refused[$0.message.key] != nil }, at: now)
    let replaceable = given.union(replaced)
    let reopened = try Fallback.reopen(
      replaceable.union(suppressed).sorted(), outdated: replaced, shop.program, tx, now: now)
    let ended =
      (elsewhere + outdated).filter { replaceable.contains($0.finding.message.key) }
      .map { ($0.finding.message, $0.decision) }
    settled.told.formUnion(ended.map(\.0.key))
    let unreached = moved.compactMap { message, _ in
      suppressed.contains(message.key) ? refused[message.key].map { (message, $0) } : nil
    }
    try tx.record(
      (ended + unreached).map { message, decision in
        StoredDecision(
          ending: message, by: decision, isReopened: reopened.contains(message.key), at: now)
      })
    settled.ended = cancelled.union(replaceable.subtracting(reopened))
    settled.isReopened = !reopened.isEmpty
    return settled
  }

  /// Which of the messages that are to go to another address must not, and why.
  private static func refusals(
    of moved: [(message: ClaimedMessage, to: String)], _ shop: Shop, _ tx: Transaction, at now: Instant
  ) throws -> [Int64: Decision] {
    let suppressed = try tx.suppressions(of: moved.map { ($0.message.channel, $0.to) })
    var gates = WireGates(shop, now: now)
    var refused: [Int64: Decision] = [:]
    for (index, reason) in suppressed {
      // Consent was asked with the claim.
      let due = DueMessage(
        message: moved[index].message, suppression: reason, consent: .granted, timeZone: nil)
      guard case .holds(let decision) = gates.ask(due), MessageFact(heldBy: decision.verdict) == .suppressed
      else { continue }
      refused[moved[index].message.key] = decision
    }
    return refused
  }
}
