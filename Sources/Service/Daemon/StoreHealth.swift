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
  private let changed = WakeUp()

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

  /// Tries to write every `interval` while the store is bad; while it is good, looks now and then whether it is still
  /// there. Ends when its task is cancelled. One caller.
  ///
  /// - Parameters:
  ///   - failed: told of every failure that is seen here first.
  ///   - turned: called when the store turned bad or good, at once.
  ///   - look: one look at a store that is believed to be good; what it finds, it reports to `observe`.
  ///   - write: one small write, which the writer reports to `observe` as it does all of them.
  package func watch(
    every interval: Duration, failed: @Sendable (SQLError) -> Void, turned: @Sendable () -> Void = {},
    look: @Sendable () async -> Void = {}, write: @Sendable () async -> Void
  ) async {
    var wasGood = true
    while !Task.isCancelled {
      let failure = failure
      if (failure == nil) != wasGood {
        wasGood.toggle()
        turned()
      }
      guard let failure else {
        await changed.sleep(atMost: .seconds(5))
        if !Task.isCancelled, self.failure == nil { await look() }
        continue
      }
      failed(failure)
      try? await Task.sleep(for: interval)
      if !Task.isCancelled { await write() }
    }
  }
}
