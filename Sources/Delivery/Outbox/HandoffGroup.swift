import Domain
import Platform
import Synchronization

/// Records the handoffs of all lanes in groups: one commit at a time, while the next group accumulates.
///
/// A single handoff costs one commit; under load, commits grow instead of queueing. Thread-safe.
final class HandoffGroup: Sendable {
  enum Answer: Sendable {
    case granted
    /// The claim is no longer ours: its new holder decides.
    case lost
    /// The store could not record it, so nothing was sent.
    case failed
  }

  private struct State {
    var waiting: [(claim: HandoffClaim, answer: CheckedContinuation<Answer, Never>)] = []
    var isCommitting = false
  }

  private static let largestGroup = 1000

  private let outbox: any Outbox
  private let now: @Sendable () -> Instant
  private let logger: Logger
  private let state = Mutex(State())
  private let failures = FailureSpell()

  init(outbox: any Outbox, now: @escaping @Sendable () -> Instant, logger: Logger) {
    self.outbox = outbox
    self.now = now
    self.logger = logger
  }

  func open(_ claim: HandoffClaim) async -> Answer {
    await withCheckedContinuation { continuation in
      let mustStart = state.withLock { state in
        state.waiting.append((claim, continuation))
        guard !state.isCommitting else { return false }
        state.isCommitting = true
        return true
      }
      if mustStart { Task { await commit() } }
    }
  }

  private func commit() async {
    while true {
      let group = state.withLock { state in
        let group = Array(state.waiting.prefix(Self.largestGroup))
        state.waiting.removeFirst(group.count)
        if group.isEmpty { state.isCommitting = false }
        return group
      }
      guard !group.isEmpty else { return }
      do {
        let granted = try await outbox.beginHandoff(group.map(\.claim), now: now())
        if let (count, lasted) = failures.worked() {
          logger.notice("handoffs_recorded_again", ["failures": count, "for": lasted])
        }
        for (claim, answer) in group {
          answer.resume(returning: granted.contains(claim.token) ? .granted : .lost)
        }
      } catch {
        if failures.failed() {
          logger.error("handoff_not_recorded", ["messages": group.count, "error": ErrorText.text(error)])
        }
        for (_, answer) in group { answer.resume(returning: .failed) }
      }
    }
  }
}
