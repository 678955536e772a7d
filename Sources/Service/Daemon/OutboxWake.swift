internal import Synchronization

/// Wakes the lanes, once they exist, when an operator has changed what waits in the outbox. Thread-safe.
final class OutboxWake: Sendable {
  private let lanes = Mutex<(@Sendable () -> Void)?>(nil)

  func attach(_ wake: @escaping @Sendable () -> Void) { lanes.withLock { $0 = wake } }
  func wake() { lanes.withLock { $0 }?() }
}
