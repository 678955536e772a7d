internal import Platform

/// What a loop says about itself: that it lives, and how its work goes.
struct DaemonPart: Sendable {
  let name: String
  /// How long a piece of its work may take; it gives a sign of life before each.
  let patience: Duration
  let heartbeat: Heartbeat
  let health: WorkHealth

  /// It begins a piece of work.
  func beat() { heartbeat.beat(name, patience: patience) }

  /// It sleeps now, for so long at most.
  func rests(for duration: Duration) { heartbeat.beat(name, resting: duration, patience: patience) }

  func worked() { health.worked(in: name) }
  func failed(_ error: any Error) { health.failed(error, in: name) }
  func endIfLost(_ error: SQLError) { health.endIfLost(error, in: name) }
}
