internal import Delivery
internal import Platform

/// Probes whether a failed store can be written again: a daemon that is not ready gets no events. While the
/// store is good, checks now and then whether it is still there.
struct ProbingLoop: Sendable {
  let part: DaemonPart
  let clock: LoopClock
  let store: StoreHealth
  /// Called immediately when the store turned bad or good.
  let turned: @Sendable () -> Void
  /// One check of a store believed to be good; reports what it finds to `store`.
  let look: @Sendable () async -> Void
  /// One small write, whose result the writer reports to `store` like any other.
  let write: @Sendable () async -> Void

  func run() async {
    var wasGood = true
    while !Task.isCancelled {
      let failure = store.failure
      if (failure == nil) != wasGood {
        wasGood.toggle()
        turned()
      }
      if let failure {
        part.endIfLost(failure)
        part.rests(for: .seconds(1))
        await clock.sleep(.seconds(1))
        part.beat()
        if !Task.isCancelled { await write() }
      } else {
        part.rests(for: .seconds(5))
        await store.changed.sleep(atMost: .seconds(5), by: clock.sleep)
        part.beat()
        if !Task.isCancelled, store.failure == nil { await look() }
      }
    }
  }
}
