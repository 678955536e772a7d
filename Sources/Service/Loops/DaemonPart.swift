internal import Platform

/// How a loop reports that it is alive, and how its work goes.
struct DaemonPart: Sendable {
  let name: String
  /// How long one piece of work may take; it beats before each.
  let patience: Duration
  let heartbeat: Heartbeat
  let health: WorkHealth

  /// Reports the start of a piece of work.
  func beat() { heartbeat.beat(name, patience: patience) }

  /// Reports a sleep of at most this duration.
  func rests(for duration: Duration) { heartbeat.beat(name, resting: duration, patience: patience) }

  /// The part has ended; the watchdog no longer expects it.
  func end() { heartbeat.forget(name) }

  func worked() { health.worked(in: name) }
  func failed(_ error: any Error) { health.failed(error, in: name) }
  func endIfLost(_ error: SQLError) { health.endIfLost(error, in: name) }
}
