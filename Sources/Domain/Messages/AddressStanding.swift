/// The state of one address on one channel, independent of customers: why it gets nothing, or no marketing.
///
/// An address may have several reasons. When a bounced address is unsuppressed, its owner may still be
/// unsubscribed.
package struct AddressStanding: Equatable, Sendable {
  private var reasons: [SuppressionReason: Instant] = [:]
  /// The latest explicit grant of consent.
  private var grantedAt: Instant?

  package init() {}

  /// Why messages are held; of several reasons, one that also holds service messages.
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

  /// Allows marketing again if it was stopped before the explicit grant; at the same instant the withdrawal
  /// counts.
  package mutating func resubscribe(at: Instant) {
    grantedAt = max(grantedAt ?? at, at)
    if let stopped = reasons[.unsubscribed], stopped < at { reasons[.unsubscribed] = nil }
  }

  /// The effective time of a withdrawal at `at`; `nil` if a later explicit grant overrides it. A grant dated
  /// in the future must not override the withdrawal, which then counts from just after it.
  package static func withdrawal(at: Instant, grantedAt: Instant?, now: Instant) -> Instant? {
    guard let grantedAt, grantedAt > at else { return at }
    return grantedAt <= now ? nil : grantedAt + .milliseconds(1)
  }
}
