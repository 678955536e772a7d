/// Whether quiet hours allow messages now.
package enum SendWindow: Equatable, Sendable {
  /// It may go, but not from `until` on; `nil` if no end is known.
  case open(until: Instant?)
  /// It waits until `until`, and is checked again then.
  case closed(until: Instant)
}
