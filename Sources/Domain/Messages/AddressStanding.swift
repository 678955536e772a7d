/// What is known of one address on one channel beyond the customers who have it: why it gets nothing, or no marketing.
///
/// One address may have several reasons. When an address that bounced is let in again, its owner has still unsubscribed.
package struct AddressStanding: Equatable, Sendable {
  private var reasons: [SuppressionReason: Instant] = [:]
  /// The latest explicit grant of consent.
  private var grantedAt: Instant?

  package init() {}

  /// Why messages are held back; of several reasons one that holds service messages too.
  package var reason: SuppressionReason? {
    SuppressionReason.allCases.first { $0 != .unsubscribed && reasons[$0] != nil }
      ?? (reasons[.unsubscribed] == nil ? nil : .unsubscribed)
  }

  package mutating func suppress(_ reason: SuppressionReason, at: Instant) {
    reasons[reason] = max(reasons[reason] ?? at, at)
  }

  /// Stops marketing, unless the owner has granted consent later.
  package mutating func unsubscribe(at: Instant, now: Instant) {
    if let at = Self.withdrawal(at: at, grantedAt: grantedAt, now: now) { suppress(.unsubscribed, at: at) }
  }

  /// Lets marketing go again if it was stopped before the explicit grant; at one instant the withdrawal counts.
  package mutating func resubscribe(at: Instant) {
    grantedAt = max(grantedAt ?? at, at)
    if let stopped = reasons[.unsubscribed], stopped < at { reasons[.unsubscribed] = nil }
  }

  /// When a withdrawal at `at` counts from; `nil` when a later explicit grant lifts it. A grant that claims to lie in the
  /// future must not outlive the withdrawal, which then counts from just after it.
  package static func withdrawal(at: Instant, grantedAt: Instant?, now: Instant) -> Instant? {
    guard let grantedAt, grantedAt > at else { return at }
    return grantedAt <= now ? nil : grantedAt + .milliseconds(1)
  }
}
