package import Domain

/// Notices when the wall clock jumps, and keeps a jump forward from sending a burst.
///
/// A clock that was set wrong makes weeks of messages due at once. After a jump of more than `tolerance` forward the
/// guard holds deciding for `quarantine`, time enough for an operator or NTP to set it right. A jump back needs no
/// rule: nothing fires twice, because the ledger knows what was sent.
package struct ClockGuard: Equatable, Sendable {
  package static let tolerance: Duration = .seconds(300)
  package static let quarantine: Duration = .seconds(600)

  private var lastWall: Instant?
  private var lastElapsed: Duration = .zero
  private var heldUntil: Duration?

  package init() {}

  package enum Finding: Equatable, Sendable {
    case steady
    /// The wall clock moved by so much more than time went by; `held` says whether deciding now waits.
    case jumped(by: Duration, held: Bool)
    /// A quarantine is on for this much longer.
    case held(Duration)
  }

  /// - Parameters:
  ///   - wall: what the clock says.
  ///   - elapsed: time since boot, sleep included; it never jumps.
  package mutating func observe(wall: Instant, elapsed: Duration) -> Finding {
    defer {
      lastWall = wall
      lastElapsed = elapsed
    }
    if let lastWall {
      let jump = (wall - lastWall) - (elapsed - lastElapsed)
      if jump > Self.tolerance {
        heldUntil = elapsed + Self.quarantine
        return .jumped(by: jump, held: true)
      }
      if jump < .zero - Self.tolerance {
        heldUntil = nil
        return .jumped(by: jump, held: false)
      }
    }
    if let heldUntil {
      if elapsed < heldUntil { return .held(heldUntil - elapsed) }
      self.heldUntil = nil
    }
    return .steady
  }
}
