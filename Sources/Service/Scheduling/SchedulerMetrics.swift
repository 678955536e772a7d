package import Domain
internal import Synchronization

/// Counts of what was decided since the start.
package final class SchedulerMetrics: Sendable {
  package struct Series: Hashable, Sendable {
    package var trigger: TriggerID
    package var verdict: VerdictKind
    /// `nil` for messages sent.
    package var gate: Gate?
  }

  private let counts = Mutex<[Series: Int]>([:])

  package init() {}

  func decided(_ trigger: TriggerID, _ verdict: Verdict) {
    let series = Series(trigger: trigger, verdict: verdict.kind, gate: verdict.gate)
    counts.withLock { $0[series, default: 0] += 1 }
  }

  package var decisions: [Series: Int] { counts.withLock { $0 } }
}
