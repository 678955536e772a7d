/// Whether a channel's circuit breaker lets messages through.
package enum BreakerState: String, Sendable, CaseIterable {
  case closed
  /// One message at a time, to probe whether the provider accepts it.
  case halfOpen = "half_open"
  /// None for a while: the provider fails.
  case open
  /// None for a while: the provider refuses our settings.
  case stopped
}
