internal import Decisioning
package import Delivery
package import Domain
package import Platform
package import Store

/// The store's outbox, as the dispatcher sees it.
package struct StoreOutbox: Outbox {
  let store: Store
  let shop: LiveShop
  let log: Logger
  private let handoffs: HandoffRules
  let reopened: @Sendable () -> Void
  private let doubts = ClaimDoubts()
  let care: MessageCare
  private let clock: TrustedClock?

  /// - Parameters:
  ///   - shop: its quiet hours and paused triggers hold messages back, and its triggers say whether a message
  ///     that has waited still has its reason.
  ///   - handoffs: how messages with a lapsed lease after the handoff are settled; without rules they are
  ///     ambiguous.
  ///   - clock: nothing is claimed while it is doubted; `nil` is never doubted.
  ///   - reopened: called when steps may have been reopened.
  package init(
    _ store: Store, shop: LiveShop, log: Logger, handoffs: HandoffRules = HandoffRules(),
    quarantine: Quarantine = .off, clock: TrustedClock? = nil,
    reopened: @escaping @Sendable () -> Void = {}
  ) {
    self.reopened = reopened
    self.clock = clock
    care = MessageCare(quarantine)
    self.store = store
    self.shop = shop
    self.log = log
    self.handoffs = handoffs
  }

  package func claim(
    channel: ChannelName, limit: Int, isTrial: Bool = false, lease: Duration, now: Instant
  ) async throws -> [ClaimedMessage] {
    // Nothing is sent by a clock that may be wrong.
    if clock?.isDoubted == true { return [] }
    try await giveBackDoubtful()
    // Usually nothing is due, and reading that costs the writer nothing.
    guard let next = try await nextDue(channel: channel), next <= now else { return [] }
    let limit = care.limit(limit)
    guard limit > 0 else { return [] }
    let tokens = ClaimTokens()
    do {
      return try await claim(channel, limit, isTrial, lease, now, tokens)
    } catch {
      // The claim may have been committed all the same, and nobody works on it.
      doubts.add(tokens.all)
      throw error
    }
  }

  /// Releases what claims of unknown outcome may hold, so that it can be claimed again. The writer's session
  /// holds the lock again, so the previous session's commits have either happened or never will.
  private func giveBackDoubtful() async throws {
    let doubtful = doubts.all
    if doubtful.isEmpty { return }
    let count = try await store.write { try $0.release(doubtful) }
    doubts.remove(doubtful)
    if count > 0 { log.notice("claims_given_back", ["messages": count]) }
  }

  private func claim(
    _ channel: ChannelName, _ limit: Int, _ isTrial: Bool, _ lease: Duration, _ now: Instant,
    _ tokens: ClaimTokens
  ) async throws -> [ClaimedMessage] {
    let (live, box) = (shop, care.box)
    let (shop, claimed, waiting, isReopened) = try await store.write { tx in
      // The shop at the moment of the claim: messages released by `pause` must not be claimed again after it.
      let shop = try live.current(in: tx)
      var holds = WireHolds(WireGates(shop, now: now))
      let claimed = try box.section { section in
        try tx.claim(
          channel: channel, limit: limit, isTrial: isTrial, lease: lease, now: now,
          ask: { holds.ask($0) },
          reading: { key in
            section.now(on: .message, key)
            CrashPoint.pass("read", "\(key)")
          }
        ) { tokens.make { ClaimToken(bytes: RandomBytes.make(16)) } }
      }
      let isReopened = try holds.settle(shop.program, tx, now: now)
      return (shop, claimed, holds.waiting, isReopened)
    }
    if isReopened { reopened() }
    for (wait, count) in waiting.sorted(by: { $0.key < $1.key }) {
      log.info(
        "messages_held",
        [
          "channel": channel.rawValue, "trigger": wait.trigger.rawValue, "count": count,
          "gate": wait.gate.rawValue, "until": wait.until.iso8601,
        ])
    }
    care.begin(claimed)
    do {
      let taken = try await lookAgain(at: claimed, shop, now)
      care.forget(claimed, but: taken)
      return taken
    } catch {
      care.forget(claimed, but: [])
      throw error
    }
  }

  /// Checks each message's customer again, and returns those that may go, with the current address. Reads off
  /// the writing thread, which has no work if nothing has changed. After a failure the messages are released
  /// before the next claim.
  private func lookAgain(
    at claimed: [ClaimedMessage], _ shop: Shop, _ now: Instant
  ) async throws -> [ClaimedMessage] {
    if claimed.isEmpty { return [] }
    let findings = try await store.read { try SecondLook.findings(among: claimed, $0, shop, now: now) }
    if findings.isEmpty { return claimed }
    let settled = try await store.write { try SecondLook.settle(findings, shop, $0, at: now) }
    if settled.isReopened { reopened() }
    for finding in findings { log(finding, settled) }
    let changed = Dictionary(uniqueKeysWithValues: findings.map { ($0.message.key, $0) })
    return claimed.compactMap { message in
      guard let finding = changed[message.key] else { return message }
      guard case .goes(let address) = finding.clearance, settled.moved.contains(message.key) else {
        return nil
      }
      var message = message
      message.content.to = address
      return message
    }
  }

  private func log(_ finding: SecondLook.Finding, _ settled: SecondLook.Settled) {
    let message = finding.message
    if case .keepsDistance(let timing) = finding.clearance {
      log.info(
        "message_put_off",
        [
          "channel": message.channel.rawValue, "trigger": message.trigger.rawValue,
          "step": message.step.rawValue, "behind": timing.follows?.step.rawValue ?? "",
          "until": timing.dueAt.iso8601,
        ])
    }
    guard settled.told.contains(message.key) else { return }
    let fields = log.with([
      "trigger": message.trigger.rawValue, "step": message.step.rawValue, "customer": finding.customer,
      "channel": message.channel.rawValue,
    ])
    switch finding.clearance {
    case .ends(let ending) where ending.fact == .reasonGone:
      fields.info(
        "message_cancelled",
        ["gate": ending.decision.verdict.gate?.rawValue ?? "", "because": ending.decision.becauseText])
    case .waits(let decision): fields.info("message_held", ["gate": decision.verdict.gate?.rawValue ?? ""])
    case .ends(let ending):
      fields.info(
        settled.ended.contains(message.key) ? "message_cancelled" : "message_held",
        ["gate": ending.decision.verdict.gate?.rawValue ?? ""])
    case .goes, .keepsDistance: break
    }
  }

  package func beginHandoff(_ claims: [HandoffClaim], now: Instant) async throws -> Set<ClaimToken> {
    // Messages claimed under the configuration before a reload are released first, even if the reload could
    // not write that.
    if !shop.isFollowed { try await shop.follow(in: store, now: now) }
    return try await store.write { try $0.beginHandoff(claims.map { ($0.key, $0.token) }, now: now) }
  }

  package func record(_ results: [AttemptResult]) async throws -> Int {
    let stale: Int
    do {
      stale = try await write(results)
    } catch {
      // They have left, even if the store cannot record it: a trap from here on is unrelated to them.
      care.forget(results.lazy.map(\.claim))
      throw error
    }
    await care.end(results, in: store)
    return stale
  }

  package func dropped(_ claims: [HandoffClaim]) { care.forget(claims) }

  private func write(_ results: [AttemptResult]) async throws -> Int {
    let refused = results.filter { $0.outcome == .badAddress }.map(\.key)
    let program = shop.current.program
    let counting = program.audience.messageSegments
    guard let now = results.last?.endedAt, !refused.isEmpty || !counting.isEmpty else {
      return try await store.write(as: .urgent) { try $0.record(results).count }
    }
    let stale = try await store.write(as: .urgent) { tx in
      let stale = try tx.record(results).count
      if !counting.isEmpty {
        try tx.markStale(
          counting, afterMessages: results.map(\.key), of: program.audience.messageTriggers, now: now)
      }
      try Fallback.reopen(refused, program, tx, now: now)
      return stale
    }
    reopened()
    return stale
  }

  package func nextDue(channel: ChannelName) async throws -> Instant? {
    // A suspect is sent alone. The next one polls for its end, which wakes nobody.
    if care.limit(1) == 0 { return later(.milliseconds(100)) }
    if clock?.isDoubted == true { return later(.seconds(1)) }
    return try await store.read { try $0.nextDelivery(channel: channel) }
  }

  private func later(_ pause: Duration) -> Instant {
    (clock?.now() ?? Instant(milliseconds: SystemTime.wallMilliseconds())) + pause
  }

  private static let expiredAtOnce = 5000

  /// Expires messages that were never claimed, and records it. - Returns: how many there were.
  private static func expire(in tx: Transaction, now: Instant) throws -> Int {
    let ended = try tx.expireOverdue(now: now, limit: expiredAtOnce)
    try tx.record(
      ended.filter { $0.enrollment != 0 }.compactMap { message in
        Clearance.Ending.overdue(dueAt: message.dueAt, expiresAt: message.expiresAt, now: now).map {
          StoredDecision(ending: message, by: $0.decision, at: now)
        }
      })
    return ended.count
  }

  package func sweep(now: Instant) async throws {
    try await giveBackDoubtful()
    // In parts, so that a long queue expiring at once does not block the writer.
    while try await store.write({ try Self.expire(in: $0, now: now) }) >= Self.expiredAtOnce {}
    if clock?.isDoubted != true { try await giveUpStranded(now: now) }
    let rules = handoffs.rules(at: now)
    let freed = try await store.write { try $0.freeLapsed(rules, now: now) }
    guard freed.count > 0 else { return }
    log.warning(
      "leases_lapsed",
      ["requeued": freed.requeued, "assumed_sent": freed.assumedSent, "ambiguous": freed.ambiguous])
  }
}
