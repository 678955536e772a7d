/// Whether a message that was decided earlier may go at this moment.
///
/// Between the decision and the wire lie rates, outages and retries. What was decided in the evening must not go out at
/// night because the provider was away, and not at all while an operator has paused its trigger.
package enum SendWindow: Equatable, Sendable {
  /// It may go, but no longer from `until` on; `nil` when no end is in sight.
  case open(until: Instant?)
  /// It waits, and is looked at again at `until`.
  case closed(until: Instant)
}
