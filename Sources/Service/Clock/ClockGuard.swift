package import Domain

/// Decides whether the wall clock can be trusted, and what time it is if not.
///
/// A wrong clock would make weeks of messages due at once, or date a day's events before their triggers. The
/// clock is doubted if it moves by more than `tolerance` against the time since boot, or is behind what the
/// store has already seen; time then continues from the last trusted instant. It is trusted again if it
/// returns, or after it has been stable for `patience`: then the change was intentional.
package struct ClockGuard: Equatable, Sendable {
  package static let tolerance: Duration = .seconds(300)
  package static let patience: Duration = .seconds(600)

  /// The last trusted instant, and the time since boot at that moment.
  private var anchor: (wall: Instant, elapsed: Duration)
  private var doubt: Doubt?

  package struct Doubt: Equatable, Sendable {
    /// How far the clock is ahead of the trusted time; negative if it is behind.
    package var difference: Duration
    /// In time since boot.
    fileprivate var until: Duration
    /// Whether the trusted time is only a lower bound: it is unknown how long the program was not running.
    fileprivate var isAfterStart: Bool
  }

  package enum Finding: Equatable, Sendable {
    case steady
    case doubted(by: Duration)
    /// It came back.
    case cleared
    /// It was stable for long enough.
    case adopted(by: Duration)
  }

  /// - Parameters:
  ///   - elapsed: time since boot, including sleep; it never jumps.
  ///   - known: the latest instant that the store has trusted; `nil` for a new store.
  package init(wall: Instant, elapsed: Duration, known: Instant? = nil) {
    anchor = (wall, elapsed)
    if let known, wall - known < .zero - Self.tolerance {
      anchor.wall = known
      doubt = Doubt(difference: wall - known, until: elapsed + Self.patience, isAfterStart: true)
    }
  }

  /// Why the clock is doubted; `nil` while it is trusted.
  package var doubted: Doubt? { doubt }

  /// How long it stays doubted without further changes.
  package func left(elapsed: Duration) -> Duration { doubt.map { max($0.until - elapsed, .zero) } ?? .zero }

  /// The time to use.
  package func time(wall: Instant, elapsed: Duration) -> Instant {
    doubt == nil ? wall : anchor.wall + (elapsed - anchor.elapsed)
  }

  /// - Parameter wall: the time of the clock.
  package mutating func observe(wall: Instant, elapsed: Duration) -> Finding {
    let difference = wall - (anchor.wall + (elapsed - anchor.elapsed))
    let isNear = difference <= Self.tolerance && difference >= .zero - Self.tolerance
    guard var doubt else {
      if isNear {
        anchor = (wall, elapsed)
        return .steady
      }
      self.doubt = Doubt(difference: difference, until: elapsed + Self.patience, isAfterStart: false)
      return .doubted(by: difference)
    }
    if isNear || doubt.isAfterStart && difference >= .zero {
      self = ClockGuard(wall: wall, elapsed: elapsed)
      return .cleared
    }
    if elapsed >= doubt.until {
      self = ClockGuard(wall: wall, elapsed: elapsed)
      return .adopted(by: difference)
    }
    let moved = difference - doubt.difference
    if moved > Self.tolerance || moved < .zero - Self.tolerance {
      // The clock is still being changed.
      doubt.difference = difference
      doubt.until = elapsed + Self.patience
      self.doubt = doubt
      return .doubted(by: difference)
    }
    return .steady
  }

  package static func == (a: ClockGuard, b: ClockGuard) -> Bool {
    a.anchor == b.anchor && a.doubt == b.doubt
  }
}
