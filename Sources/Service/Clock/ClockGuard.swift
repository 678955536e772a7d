package import Domain

/// Whether the wall clock can be believed, and what time it is when it cannot.
///
/// A clock that was set wrong would make weeks of messages due at once, or let a day's events count as before their
/// triggers. When it moves by more than `tolerance` against the time since boot, and when it lies behind what the store
/// has seen already, it is doubted: time then goes on from the last instant that was believed. It is believed again
/// when it comes back, and in any case once it has stayed as it is for `patience`: then it is whoever set it who
/// means it.
package struct ClockGuard: Equatable, Sendable {
  package static let tolerance: Duration = .seconds(300)
  package static let patience: Duration = .seconds(600)

  /// The last instant that was believed, and when that was.
  private var anchor: (wall: Instant, elapsed: Duration)
  private var doubt: Doubt?

  package struct Doubt: Equatable, Sendable {
    /// By how much the clock is ahead of the time that is believed; negative when it is behind.
    package var difference: Duration
    /// By the time since boot.
    fileprivate var until: Duration
    /// Whether the believed time is only the earliest it can be: nobody knows how long the program did not run.
    fileprivate var isAfterStart: Bool
  }

  package enum Finding: Equatable, Sendable {
    case steady
    case doubted(by: Duration)
    /// It came back.
    case cleared
    /// It stayed as it is for long enough.
    case adopted(by: Duration)
  }

  /// - Parameters:
  ///   - elapsed: time since boot, sleep included; it never jumps.
  ///   - known: the latest instant that the store has believed; `nil` when it is new.
  package init(wall: Instant, elapsed: Duration, known: Instant? = nil) {
    anchor = (wall, elapsed)
    if let known, wall - known < .zero - Self.tolerance {
      anchor.wall = known
      doubt = Doubt(difference: wall - known, until: elapsed + Self.patience, isAfterStart: true)
    }
  }

  /// What the clock is doubted for; `nil` while it is believed.
  package var doubted: Doubt? { doubt }

  /// How long it is still doubted if nobody touches it.
  package func left(elapsed: Duration) -> Duration { doubt.map { max($0.until - elapsed, .zero) } ?? .zero }

  /// The time to go by.
  package func time(wall: Instant, elapsed: Duration) -> Instant {
    doubt == nil ? wall : anchor.wall + (elapsed - anchor.elapsed)
  }

  /// - Parameter wall: what the clock says.
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
