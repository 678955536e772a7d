import Delivery
import Domain
import Platform
import Store
import Support
import Synchronization
import Testing

@testable import Service

/// What a loop of the daemon is given, in virtual time, and what it says.
struct LoopFloor: Sendable {
  let time = VirtualClock()
  let log = InMemoryLog()
  let heartbeat: Heartbeat
  let storeHealth: StoreHealth
  let health: WorkHealth
  /// What the machine's clock says.
  let trusted: TrustedClock
  /// Exit codes by which the daemon wanted to end.
  let ends = Calls<Int32>()

  init() {
    let (time, ends) = (time, ends)
    let logger = Logger(to: log, now: { 0 })
    heartbeat = Heartbeat(clock: time.clock)
    storeHealth = StoreHealth(log: logger)
    health = WorkHealth(
      store: storeHealth, at: .sqlite(path: "/srv/shop.db"), clock: time.clock, log: logger,
      notifier: ServiceNotifier(environment: [:]), end: { ends.add($0) })
    trusted = TrustedClock(wall: { time.now }, elapsed: { time.elapsed })
  }

  func part(_ name: String, patience: Duration = .seconds(60)) -> DaemonPart {
    DaemonPart(name: name, patience: patience, heartbeat: heartbeat, health: health)
  }

  /// Runs a loop beside `body` and ends it after.
  func run(_ loop: @escaping @Sendable () async -> Void, _ body: () async throws -> Void) async throws {
    let running = Task { await loop() }
    defer { running.cancel() }
    try await body()
    running.cancel()
    await running.value
  }
}

/// What was called, in order. Thread-safe.
final class Calls<Value: Sendable>: Sendable {
  private let stored = Mutex<[Value]>([])

  var values: [Value] { stored.withLock { $0 } }

  /// - Returns: how many there are now.
  @discardableResult
  func add(_ value: Value) -> Int {
    stored.withLock {
      $0.append(value)
      return $0.count
    }
  }
}

/// Work of a test that fails.
struct Broken: Error, CustomStringConvertible {
  var description: String { "it is broken" }
}

/// Holds up a task until it is opened.
final class TaskGate: Sendable {
  private let news = WakeUp()

  func wait() async { await news.sleep(atMost: nil) }
  func open() { news.wake() }
}
