internal import Domain
package import Platform
internal import Synchronization

/// Whether the store can be written, by what its writer saw last and nothing else.
///
/// A failed write, of whomever, turns it bad at once; only something that was written and is on disk turns it good
/// again. Reading proves nothing: a full disk reads well.
package final class StoreHealth: Sendable {
  private struct State {
    var failure: SQLError?
  }

  private let state = Mutex(State())
  private let log: Logger
  /// Woken when it turned bad or good, or bad in another way. For one sleeper.
  let changed = WakeUp()

  package init(log: Logger) { self.log = log }

  /// Why the last write failed; `nil` when it did not.
  package var failure: SQLError? { state.withLock { $0.failure } }

  /// For `Store.Options.onWrite`: called on the writing thread, in the order of the transactions.
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
