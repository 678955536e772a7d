internal import Synchronization

/// Consecutive failures of one kind, to be logged only at the start and the end of the series.
///
/// Thread-safe. Times are monotonic.
package final class FailureSpell: Sendable {
  private let count = Atomic(0)
  private let began = Mutex(Duration.zero)

  package init() {}

  /// - Returns: whether this is the first failure, which should be logged.
  package func failed(at time: Duration = SystemTime.monotonic()) -> Bool {
    began.withLock { began in
      let isFirst = count.add(1, ordering: .relaxed).oldValue == 0
      if isFirst { began = time }
      return isFirst
    }
  }

  /// - Returns: the number of failures and their duration, which should be logged; `nil` if there were none.
  package func worked(at time: Duration = SystemTime.monotonic()) -> (failures: Int, lasted: Duration)? {
    // The fast path: this is called for each piece of work, nearly always without a failure.
    if count.load(ordering: .relaxed) == 0 { return nil }
    return began.withLock { began in
      let failures = count.exchange(0, ordering: .relaxed)
      return failures == 0 ? nil : (failures, time - began)
    }
  }
}
