/// How many messages of one channel may be under way at once, found by trying.
///
/// Grows by one for a window full of successes and halves once at the start of a run of failures, as Postfix's
/// destination concurrency does: a provider in trouble is relieved at once and loaded again slowly. Never below 1,
/// never above `maximum`.
package struct ConcurrencyWindow: Equatable, Sendable {
  package let maximum: Int
  private let start: Double
  private var exact: Double
  private var failing = false

  /// - Parameter start: 5 unless told otherwise; never more than `maximum`.
  package init(maximum: Int, start: Int = 5) {
    self.maximum = max(maximum, 1)
    self.start = Double(min(max(start, 1), self.maximum))
    exact = self.start
  }

  package var limit: Int { min(maximum, max(1, Int(exact))) }

  /// A message went through, or the provider answered about the message itself.
  package mutating func succeeded() {
    failing = false
    exact = min(Double(maximum), exact + 1 / max(exact, 1))
  }

  /// The provider failed or asked to slow down. Only the first of a run counts: the others were already under way.
  package mutating func failed() {
    guard !failing else { return }
    failing = true
    exact = max(1, exact / 2)
  }

  /// After a breaker closed again: a slow start instead of a thundering herd.
  package mutating func restart() {
    failing = false
    exact = start
  }
}
