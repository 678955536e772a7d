internal import Domain
internal import Synchronization

/// Counts refusals and knows the registered event names. Thread-safe.
final class IntakeMemory: Sendable {
  private struct State {
    var names = Set(EventName.wellKnown)
    var refusals: [IntakeRefusal.Reason: Int] = [:]
    var nameCounts = NameCounts()
  }

  private let state = Mutex(State())

  func count(_ done: NameWork.Done) {
    state.withLock { state in
      state.nameCounts.joined += done.joined
      state.nameCounts.added += done.added
    }
  }

  func count(_ refusals: some Sequence<NameVerdict.Refusal>) {
    state.withLock { state in for refusal in refusals { state.nameCounts.refused[refusal, default: 0] += 1 } }
  }

  var nameCounts: NameCounts { state.withLock { $0.nameCounts } }

  /// Includes the program's own names; bounded, like the registered names.
  var names: Set<EventName> { state.withLock { $0.names } }

  func learn(_ names: Set<EventName>) {
    if !names.isEmpty { state.withLock { $0.names.formUnion(names) } }
  }

  func count(_ refusals: [IntakeRefusal]) {
    if refusals.isEmpty { return }
    state.withLock { state in for refusal in refusals { state.refusals[refusal.reason, default: 0] += 1 } }
  }

  var refusals: [IntakeRefusal.Reason: Int] { state.withLock { $0.refusals } }
}

/// What became of statements about ids since the start.
struct NameCounts: Sendable {
  /// Customers who were joined to others.
  var joined = 0
  /// Ids that nobody had before.
  var added = 0
  var refused: [NameVerdict.Refusal: Int] = [:]
}
