internal import Domain
package import Platform
internal import Synchronization

/// Whether the store can be written, judged by its last write alone.
///
/// A failed write turns it bad at once; only a durable write turns it good again. Reads prove nothing: a full
/// disk can still be read.
package final class StoreHealth: Sendable {
  private struct State {
    var failure: SQLError?
  }

  private let state = Mutex(State())
  private let log: Logger
  /// Woken when it turned bad or good, or bad with another error. For one sleeper.
  let changed = WakeUp()

  package init(log: Logger) { self.log = log }

  /// Why the last write failed; `nil` if it succeeded.
  package var failure: SQLError? { state.withLock { $0.failure } }

  /// For `Store.Options.onWrite`: called on the writing thread, in transaction order.
  package func observe(_ failure: SQLError?) {
    let before = state.withLock { state in
      defer { state.failure = failure }
      return state.failure
    }
    if let failure, before?.kind != failure.kind {
      let advice =
        failure.kind == .taken ? "this daemon ends" : "work stops until it can be written again"
      log.error("store_failed", ["error": "\(failure)", "advice": advice])
    } else if failure == nil, before != nil {
      log.notice("store_writable_again", [:])
    }
    if (failure == nil) != (before == nil) || failure?.kind != before?.kind { changed.wake() }
  }
}
