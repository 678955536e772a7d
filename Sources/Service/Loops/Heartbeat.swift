internal import Delivery
internal import Domain
internal import Synchronization

/// Knows which parts of the daemon are alive; the watchdog is fed only while all are. Thread-safe.
///
/// A part is watched from its first beat on.
final class Heartbeat: Sendable {
  /// A part that has been silent for too long.
  struct Standstill: Equatable, Sendable {
    var part: String
    /// Since its last sign of life, without the announced rest.
    var lasted: Duration
  }

  private struct Sign {
    var at: Duration
    var rest: Duration
    var patience: Duration
  }

  private struct Observed {
    var part: String
    var patience: Duration
    var standstill: @Sendable () -> Duration
  }

  private struct State {
    var signs: [ExactText: Sign] = [:]
    var observed: [Observed] = []
  }

  private let clock: LoopClock
  private let state = Mutex(State())

  init(clock: LoopClock) { self.clock = clock }

  /// Reports a sign of life.
  ///
  /// - Parameters:
  ///   - rest: how long the part sleeps now.
  ///   - patience: how long after that the next beat may take.
  func beat(_ part: String, resting rest: Duration = .zero, patience: Duration) {
    let sign = Sign(at: clock.uptime(), rest: rest, patience: patience)
    state.withLock { $0.signs[ExactText(part)] = sign }
  }

  /// Stops expecting a part that has ended.
  func forget(_ part: String) { state.withLock { $0.signs[ExactText(part)] = nil } }

  /// Watches a part that does not beat, but can be polled.
  ///
  /// - Parameter standstill: how long it has stood still.
  func watch(_ part: String, patience: Duration, standstill: @escaping @Sendable () -> Duration) {
    state.withLock { $0.observed.append(Observed(part: part, patience: patience, standstill: standstill)) }
  }

  /// The parts that stand still, the longest first.
  var standstills: [Standstill] {
    let now = clock.uptime()
    let (signs, observed) = state.withLock { ($0.signs, $0.observed) }
    var found: [Standstill] = []
    for (part, sign) in signs {
      let lasted = now - sign.at - sign.rest
      if lasted > sign.patience { found.append(Standstill(part: part.text, lasted: lasted)) }
    }
    for part in observed {
      let lasted = part.standstill()
      if lasted > part.patience { found.append(Standstill(part: part.part, lasted: lasted)) }
    }
    return found.sorted { $0.lasted > $1.lasted }
  }
}
