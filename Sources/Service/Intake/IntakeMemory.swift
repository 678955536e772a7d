internal import Domain
internal import Synchronization

/// Counts refusals and knows the registered event names. Thread-safe.
final class IntakeMemory: Sendable {
  private struct State {
    var names = Set(EventName.wellKnown)
    var refusals: [IntakeRefusal.Reason: Int] = [:]
  }

  private let state = Mutex(State())

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
