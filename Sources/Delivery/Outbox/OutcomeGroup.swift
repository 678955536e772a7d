import Domain
import Platform
import Synchronization

/// Records the results of all lanes in groups, and keeps them until the store has accepted them.
/// If the store cannot write (full disk, lost server) it stalls: it retries every second, and the lanes start nothing
/// new until it succeeds. Thread-safe.
/// nothing new meanwhile. Thread-safe.
final class OutcomeGroup: Sendable {
  private struct State {
    var waiting: [AttemptResult] = []
    var isCommitting = false
    var isStalled = false
  }

  private static let largestGroup = 1000

  private let outbox: any Outbox
  private let clock: LoopClock
  private let logger: Logger
  private let metrics: DeliveryMetrics
  private let state = Mutex(State())
  private let changed: @Sendable () -> Void

  /// - Parameter changed: called when it stalls, recovers or has recorded everything.
  init(
    outbox: any Outbox, clock: LoopClock, logger: Logger, metrics: DeliveryMetrics,
    changed: @escaping @Sendable () -> Void
  ) {
    self.outbox = outbox
    self.clock = clock
    self.logger = logger
    self.metrics = metrics
    self.changed = changed
  }

  var isStalled: Bool { state.withLock { $0.isStalled } }
  var isEmpty: Bool { state.withLock { !$0.isCommitting && $0.waiting.isEmpty } }

  func append(_ results: [AttemptResult]) {
    guard !results.isEmpty else { return }
    let mustStart = state.withLock { state in
      state.waiting += results
      guard !state.isCommitting else { return false }
      state.isCommitting = true
      return true
    }
    if mustStart { Task { await commit() } }
  }

  /// A result that the store refuses for its contents must not block all others: it is skipped. Its message
  /// then has no result.
  private func record(_ group: [AttemptResult]) async throws -> Int {
    do {
      return try await outbox.record(group)
    } catch let error as SQLError where error.concernsContent {
      guard group.count == 1 else {
        var stale = 0
        for result in group { stale += try await record([result]) }
        return stale
      }
      logger.error(
        "outcome_refused",
        ["message": group[0].uid, "channel": group[0].channel.rawValue, "error": "\(error)"])
      return 0
    }
  }

  private func commit() async {
    while true {
      let group = state.withLock { state in
        let group = Array(state.waiting.prefix(Self.largestGroup))
        if group.isEmpty { state.isCommitting = false }
        return group
      }
      guard !group.isEmpty else {
        changed()
        return
      }
      do {
        metrics.countStale(try await record(group))
        let recovered = state.withLock { state in
          state.waiting.removeFirst(group.count)
          defer { state.isStalled = false }
          return state.isStalled
        }
        if recovered {
          logger.notice("outcomes_recorded_again", ["messages": group.count])
          changed()
        }
      } catch {
        let isFirst = state.withLock { state in
          defer { state.isStalled = true }
          return !state.isStalled
        }
        if isFirst {
          logger.error("outcomes_not_recorded", ["messages": group.count, "error": ErrorText.text(error)])
          changed()
        }
        await clock.sleep(.seconds(1))
      }
    }
  }
}
