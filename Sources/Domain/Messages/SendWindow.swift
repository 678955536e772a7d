/// Whether quiet hours let messages go at this moment.
package enum SendWindow: Equatable, Sendable {
  /// It may go, but no longer from `until` on; `nil` when no end is in sight.
  case open(until: Instant?)
  /// It waits, and is looked at again at `until`.
  case closed(until: Instant)
}
