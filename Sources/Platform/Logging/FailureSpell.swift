internal import Synchronization

/// Failures of one kind in a row: told once when they begin and once when they end, however many there are.
///
/// Thread-safe. Times are monotonic.
package final class FailureSpell: Sendable {
  private let count = Atomic(0)
  private let began = Mutex(Duration.zero)

  package init() {}

  /// - Returns: whether this is the first one, to be told.
  package func failed(at time: Duration = SystemTime.monotonic()) -> Bool {
    began.withLock { began in
      let isFirst = count.add(1, ordering: .relaxed).oldValue == 0
      if isFirst { began = time }
      return isFirst
    }
  }

  /// - Returns: how many there were and how long they went on, to be told; `nil` when there were none.
  package func worked(at time: Duration = SystemTime.monotonic()) -> (failures: Int, lasted: Duration)? {
    // Nearly always there were none, and this is asked at each piece of work.
    if count.load(ordering: .relaxed) == 0 { return nil }
    return began.withLock { began in
      let failures = count.exchange(0, ordering: .relaxed)
      return failures == 0 ? nil : (failures, time - began)
    }
  }
}
