import Decisioning
import Delivery
import Domain
import Platform
import Service
import Store
import Support
import Testing

/// What becomes of messages that were handed over and whose answer nobody waits for any more.
struct HandoffRulesTests {
  private static let now = Instant(iso8601: "2026-03-01T12:00:00Z") ?? .distantPast

  private static let policies: [(policy: RetryPolicy, rule: HandoffRule)] = [
    (RetryPolicy(), HandoffRule(attempts: 12)),
    (RetryPolicy(maximumAttempts: 3, onAmbiguous: .park), HandoffRule(attempts: 3)),
    (RetryPolicy(onAmbiguous: .retry), HandoffRule(retriesSince: .distantPast, attempts: 12)),
    (RetryPolicy(onAmbiguous: .assumeSent), HandoffRule(attempts: 12, assumesSent: true)),
    // Four fifths of the window, and then what the channel says.
    (
      RetryPolicy(idempotentWindow: .hours(5)), HandoffRule(retriesSince: now - .hours(4), attempts: 12)
    ),
    (
      RetryPolicy(onAmbiguous: .assumeSent, idempotentWindow: .hours(5)),
      HandoffRule(retriesSince: now - .hours(4), attempts: 12, assumesSent: true)
    ),
  ]

  @Test(arguments: policies.indices)
  func `a channel's policy for ambiguous attempts holds for lapsed ones`(index: Int) {
    let (policy, rule) = Self.policies[index]
    #expect(HandoffRules(["email": policy]).rules(at: Self.now) == ["email": rule])
  }

  @Test(arguments: IntakeStore.allCases)
  func `a sweep sends again, takes as sent or parks what lapsed, by channel`(kind: IntakeStore) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "sweep")
    defer { try? Files.removeTree(directory) }
    let store = try kind.emptyStore(in: directory)
    let channels: [ChannelName] = ["park", "retry", "assume", "idempotent", "late"]
    let shop = LiveShop(.plain)
    shop.update { shop in
      for channel in channels {
        shop.program.channels[channel] = ChannelPolicy(
          name: channel, address: .email, medium: .email, consent: .optOut)
      }
    }
    let outbox = StoreOutbox(
      store, shop: shop, log: .silent,
      handoffs: HandoffRules([
        "park": RetryPolicy(), "retry": RetryPolicy(onAmbiguous: .retry),
        "assume": RetryPolicy(onAmbiguous: .assumeSent),
        "idempotent": RetryPolicy(idempotentWindow: .hours(1)),
        "late": RetryPolicy(idempotentWindow: .minutes(10)),
      ]))
    try await store.write { tx in
      let ann = try #require(try tx.createCustomers(ids: ["ann"]).first)
      _ = try tx.insert(
        channels.enumerated().map { number, channel in
          NewMessage(
            ledgerKey: LedgerKey(bytes: SHA256.hash("\(number)").bytes), enrollment: 1, trigger: "welcome",
            occurrence: "o\(number)", customer: ann.key, step: "1", channel: channel, priority: 100,
            dueAt: Self.now, expiresAt: Self.now + .days(1),
            content: MessageContent(to: "ann@tea.example", text: "Text", purpose: .marketing))
        }, now: Self.now)
    }
    for channel in channels {
      let claimed = try await outbox.claim(channel: channel, limit: 1, lease: .minutes(20), now: Self.now)
      let claims = claimed.map { HandoffClaim(key: $0.key, token: $0.token) }
      let granted = try await outbox.beginHandoff(claims, now: Self.now)
      #expect(granted.count == 1)
    }
    func states() async throws -> [String] {
      try await store.read {
        try $0.connection.all("SELECT channel, state FROM messages ORDER BY key") {
          "\($0.string(0)) \($0.string(1))"
        }
      }
    }
    try await outbox.sweep(now: Self.now + .minutes(19))
    #expect(try await states() == channels.map { "\($0) handoff" })
    try await outbox.sweep(now: Self.now + .minutes(20))
    #expect(
      try await states() == [
        "park ambiguous", "retry queued", "assume sent", "idempotent queued", "late ambiguous",
      ])
    await store.close()
  }
}
