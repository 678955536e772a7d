package import Delivery
package import Domain
internal import Platform
package import Store

/// The outbox of the store, as the dispatcher sees it.
package struct StoreOutbox: Outbox {
  private let store: Store

  package init(_ store: Store) { self.store = store }

  package func claim(
    channel: ChannelName, limit: Int, lease: Duration, now: Instant
  ) async throws -> [ClaimedMessage] {
    // Nothing due is the usual case, and reading it costs the writer nothing.
    guard let next = try await nextDue(channel: channel), next <= now else { return [] }
    return try await store.write { tx in
      try tx.claim(channel: channel, limit: limit, lease: lease, now: now) {
        ClaimToken(bytes: RandomBytes.make(16))
      }
    }
  }

  package func beginHandoff(_ claims: [HandoffClaim], now: Instant) async throws -> Set<Int64> {
    try await store.write { try $0.beginHandoff(claims.map { ($0.key, $0.token) }, now: now) }
  }

  package func record(_ results: [AttemptResult]) async throws -> Int {
    try await store.write { try $0.record(results).count }
  }

  package func nextDue(channel: ChannelName) async throws -> Instant? {
    try await store.read { try $0.nextDelivery(channel: channel) }
  }

  package func sweep(now: Instant) async throws {
    // In parts, so that a long queue that expired at once does not hold the writer.
    while try await store.write({ tx in
      let swept = try tx.sweepOutbox(now: now, limit: 5000)
      return swept.expired + swept.requeued + swept.ambiguous >= 5000
    }) {}
  }
}
