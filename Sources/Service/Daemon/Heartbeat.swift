internal import Domain
internal import Platform
internal import Synchronization

/// When each part of the daemon last made progress; the watchdog is fed only while all of them do.
final class Heartbeat: Sendable {
  private let beats = Mutex<[ExactText: Duration]>([:])

  func beat(_ part: String) {
    let now = SystemTime.monotonic()
    beats.withLock { $0[part] = now }
  }

  /// The part that has stood still the longest, with how long; `nil` before the first beat.
  func slowest() -> (part: String, silence: Duration)? {
    let now = SystemTime.monotonic()
    return beats.withLock { beats in
      beats.min { $0.value < $1.value }.map { ($0.key.text, now - $0.value) }
    }
  }
}
