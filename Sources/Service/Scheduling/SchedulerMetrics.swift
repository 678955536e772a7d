package import Domain
internal import Synchronization

/// Counts decisions since the start.
package final class SchedulerMetrics: Sendable {
  package struct Series: Hashable, Sendable {
    package var trigger: TriggerID
    package var verdict: VerdictKind
    /// `nil` for messages sent.
    package var gate: Gate?

    init(_ trigger: TriggerID, _ verdict: Verdict) {
      self.trigger = trigger
      self.verdict = verdict.kind
      gate = verdict.gate
    }
  }

  /// The three phases of a round.
  package enum Phase: String, CaseIterable, Sendable {
    case read, decide, write
  }

  private let counts = Mutex<[Series: Int]>([:])
  private let times = Mutex<[Phase: Duration]>([:])

  package init() {}

  func decided(_ more: [Series: Int]) {
    counts.withLock { $0.merge(more, uniquingKeysWith: +) }
  }

  func add(_ duration: Duration, to phase: Phase) {
    times.withLock { $0[phase, default: .zero] += duration }
  }

  package var decisions: [Series: Int] { counts.withLock { $0 } }

  /// Time spent since the start; the phases of different rounds overlap.
  package var spent: [Phase: Duration] { times.withLock { $0 } }
}
