import Decisioning
import Domain
import Store

/// Checks the customers of messages once more before each attempt: reads what `WireGates` needs, and records
/// its answers.
enum SecondLook {
  /// A message that does not go as it was decided.
  struct Finding: Sendable {
    var message: ClaimedMessage
    /// The customer's id.
    var customer: String
    var clearance: Clearance
  }

  /// The result of findings.
  struct Settled {
    /// Messages that do not go now, and for which that is news.
    var told: Set<Int64> = []
    /// Messages redirected to their new address.
    var moved: Set<Int64> = []
    /// Messages that ended without a successor.
    var ended: Set<Int64> = []
    /// Whether steps may have been reopened.
    var isReopened = false
  }

  // MARK: - Reading

  /// The findings among `messages`: something has changed, or they may not go yet.
  static func findings(
    among messages: [ClaimedMessage], _ tx: Transaction, _ shop: Shop, now: Instant
  ) throws -> [Finding] {
    let facts = try facts(of: messages, tx, shop)
    var gates = WireGates(shop, now: now)
    return try zip(messages, facts).compactMap { message, facts in
      guard let facts else { return nil }
      let clearance = try gates.lookAgain(at: message, facts: facts) {
        WireGates.Reach(
          messages: try tx.stepMessages(of: [facts.enrollment], for: shop.program)[facts.enrollment.key]
            ?? [],
          suppressed: try tx.suppressions(of: [facts.state.customer], for: shop.program)[
            facts.state.customer.key] ?? [:])
      }
      if case .goes(let address) = clearance, address.hasSameBytes(as: message.content.to) { return nil }
      return Finding(message: message, customer: facts.state.customer.id, clearance: clearance)
    }
  }

  /// The facts of each message's enrollment; `nil` for a message without one, or with a customer who was just
  /// forgotten: then the message is gone too.
  private static func facts(
    of messages: [ClaimedMessage], _ tx: Transaction, _ shop: Shop
  ) throws -> [Facts?] {
    let triggers = Set(messages.map(\.trigger)).compactMap { shop.program.triggers[$0] }
    var bounds = StateBounds(currency: shop.program.brand.currency, triggers: Set(triggers.map(\.id)))
    bounds.countsOrders = shop.program.audience.countsOrders
    for message in messages { bounds.enrollments[message.customer, default: []].append(message.enrollment) }
    let states = try tx.states(
      of: Array(Set(messages.map(\.customer))), parts: StateParts(deciding: triggers, in: shop.program),
      within: bounds)
    var facts: [Facts?] = messages.map { message in
      guard let state = states[message.customer],
        let enrollment = state.enrollments.first(where: { $0.key == message.enrollment })
      else { return nil }
      return Facts(enrollment: enrollment, state: state, catalog: shop.catalog)
    }
    try readEvents(for: messages, into: &facts, tx, shop.program)
    try readStepMessages(for: messages, into: &facts, tx, shop.program)
    return facts
  }

  private static func readEvents(
    for messages: [ClaimedMessage], into facts: inout [Facts?], _ tx: Transaction, _ program: Program
  ) throws {
    var since: [CustomerKey: Instant] = [:]
    for (message, facts) in zip(messages, facts) {
      guard let facts, program.triggers[message.trigger]?.asksForEvents == true else { continue }
      since[message.customer] = min(
        since[message.customer] ?? .distantFuture, facts.unlessSince(program))
    }
    if since.isEmpty { return }
    let events = try tx.events(after: since.map { ($0.key, $0.value) }, names: program.exitEvents)
    for (index, message) in messages.enumerated() {
      facts[index]?.eventsSince = events[message.customer] ?? []
    }
  }

  /// Steps without a predecessor need nothing.
  private static func readStepMessages(
    for messages: [ClaimedMessage], into facts: inout [Facts?], _ tx: Transaction, _ program: Program
  ) throws {
    let later = zip(messages, facts).compactMap { message, facts in
      program.triggers[message.trigger]?.keepsDistance(message.step) == true ? facts?.enrollment : nil
    }
    if later.isEmpty { return }
    let told = try tx.stepMessages(of: later, for: program)
    for (index, message) in messages.enumerated() {
      facts[index]?.messages = told[message.enrollment] ?? []
    }
  }

  // MARK: - Writing

  /// Records what follows from findings.
  static func settle(
    _ findings: [Finding], _ shop: Shop, _ tx: Transaction, at now: Instant
  ) throws -> Settled {
    var settled = Settled()
    let replacing = findings.filter { $0.clearance.ending?.fact == .replaced }
    let replaced = try tx.giveUp(replacing.map { ($0.message.key, $0.message.token) }, at: now)
    let open = findings.map { finding in
      guard let ending = finding.clearance.ending, ending.fact.needsUndelivered,
        !replaced.contains(finding.message.key)
      else { return finding }
      var finding = finding
      finding.clearance = ending.withoutReplacement
      return finding
    }
    let cancelled = try cancel(open, tx, at: now)
    settled.told = try cancelled.union(putOff(open, tx, at: now))
    let refused: [Finding]
    (settled.moved, refused) = try move(open, shop, tx, at: now)
    let outdated = replacing.filter { $0.clearance.ending?.reopening == .asItIsNow }.map(\.message.key)
    let reopened = try Fallback.reopen(
      replaced.union(refused.map(\.message.key)).sorted(), outdated: replaced.intersection(outdated),
      shop.program, tx, now: now)
    let ended = replacing.filter { replaced.contains($0.message.key) } + refused
    try tx.record(
      ended.compactMap {
        $0.clearance.record(of: $0.message, isReopened: reopened.contains($0.message.key), at: now)
      })
    settled.told.formUnion(replaced)
    settled.ended = cancelled.union(replaced.subtracting(reopened))
    settled.isReopened = !reopened.isEmpty
    return settled
  }

  /// - Returns: those that ended because their reason is gone.
  private static func cancel(
    _ findings: [Finding], _ tx: Transaction, at now: Instant
  ) throws -> Set<Int64> {
    let gone = findings.filter { $0.clearance.ending?.fact == .reasonGone }
    let cancelled = try tx.cancel(gone.map { ($0.message.key, $0.message.token) }, at: now)
    try tx.record(
      gone.filter { cancelled.contains($0.message.key) }
        .compactMap { $0.clearance.record(of: $0.message, at: now) })
    return cancelled
  }

  /// - Returns: those whose waiting is news.
  private static func putOff(
    _ findings: [Finding], _ tx: Transaction, at now: Instant
  ) throws -> Set<Int64> {
    try tx.putOff(
      findings.compactMap { finding in
        finding.clearance.wait(of: finding.message, now: now).map {
          (finding.message.key, finding.message.token, $0.until, $0.expiresAt)
        }
      })
    let waits = findings.compactMap { finding -> (key: Int64, record: StoredDecision)? in
      guard case .waits = finding.clearance else { return nil }
      return finding.clearance.record(of: finding.message, at: now).map { (finding.message.key, $0) }
    }
    return Set(try tx.recordOnce(waits.map(\.record)).map { waits[$0].key })
  }

  /// - Returns: those redirected to their new address, and those that ended because it is suppressed.
  private static func move(
    _ findings: [Finding], _ shop: Shop, _ tx: Transaction, at now: Instant
  ) throws -> (moved: Set<Int64>, refused: [Finding]) {
    let moving = findings.compactMap { finding -> (finding: Finding, to: String)? in
      guard case .goes(let address) = finding.clearance else { return nil }
      return (finding, address)
    }
    let reasons = try tx.suppressions(of: moving.map { ($0.finding.message.channel, $0.to) })
    var gates = WireGates(shop, now: now)
    var goes: [(message: ClaimedMessage, to: String)] = []
    var refused: [(finding: Finding, to: String)] = []
    for (index, move) in moving.enumerated() {
      var finding = move.finding
      finding.clearance = gates.redirect(finding.message, to: move.to, suppression: reasons[index])
      if finding.clearance.ending == nil {
        goes.append((finding.message, move.to))
      } else {
        refused.append((finding, move.to))
      }
    }
    let suppressed = try tx.suppress(refused.map { ($0.finding.message, $0.to) }, at: now)
    return (
      try tx.readdress(goes), refused.map(\.finding).filter { suppressed.contains($0.message.key) }
    )
  }
}
