/// The maximum number of a channel's messages in flight, adapted to results.
///
/// Grows by one per window of successes, and halves once at the start of a series of failures, like Postfix's
/// destination concurrency: a provider in trouble is relieved at once and loaded again slowly. Never below 1
/// or above `maximum`.
package struct ConcurrencyWindow: Equatable, Sendable {
  package let maximum: Int
  private let start: Double
  private var exact: Double
  private var failing = false

  /// - Parameter start: capped at `maximum`.
  package init(maximum: Int, start: Int = 5) {
    self.maximum = max(maximum, 1)
    self.start = Double(min(max(start, 1), self.maximum))
    exact = self.start
  }

  package var limit: Int { min(maximum, max(1, Int(exact))) }

  /// A message was accepted, or the provider's answer was about the message itself.
  package mutating func succeeded() {
    failing = false
    exact = min(Double(maximum), exact + 1 / max(exact, 1))
  }

  /// The provider failed or asked to slow down. Only the first of a series counts: the others were already in
  /// flight.
  package mutating func failed() {
    guard !failing else { return }
    failing = true
    exact = max(1, exact / 2)
  }

  /// Slow start after a breaker closes, to avoid a thundering herd.
  package mutating func restart() {
    failing = false
    exact = start
  }
}
