internal import Delivery
internal import Domain
internal import Glibc
internal import Platform
internal import Store
internal import Synchronization

/// How the work of the daemon's parts goes: consecutive failures are logged when they begin and when they
/// end, and errors that no retry can fix end the daemon. Thread-safe.
final class WorkHealth: Sendable {
  private struct Failure {
    var text: String
    var count = 1
    /// Monotonic.
    var since: Duration
  }

  /// The parts whose last step failed.
  private let failures = Mutex<[ExactText: Failure]>([:])
  private let store: StoreHealth
  private let location: StoreLocation
  private let clock: LoopClock
  private let log: Logger
  private let notifier: ServiceNotifier
  private let end: @Sendable (Int32) -> Void

  /// - Parameter end: ends the process with this exit code.
  init(
    store: StoreHealth, at location: StoreLocation, clock: LoopClock, log: Logger, notifier: ServiceNotifier,
    end: @escaping @Sendable (Int32) -> Void = { exit($0) }
  ) {
    self.store = store
    self.location = location
    self.clock = clock
    self.log = log
    self.notifier = notifier
    self.end = end
  }

  /// The parts with failing work; empty if there are none.
  var problems: [String] {
    failures.withLock { failures in
      failures.sorted { $0.key < $1.key }.map { "work is held up in the \($0.key.text): \($0.value.text)" }
    }
  }

  /// A step of a part succeeded.
  func worked(in part: String) {
    guard let ended = failures.withLock({ $0.removeValue(forKey: ExactText(part)) }) else { return }
    log.notice(
      "work_resumed", ["part": part, "failures": ended.count, "for": clock.uptime() - ended.since])
  }

  /// A step of a part failed. The writer itself reports what stops every write.
  func failed(_ error: any Error, in part: String) {
    if let error = error as? SQLError {
      endIfLost(error, in: part)
      if error.isStorageFailure, store.failure != nil { return }
    }
    let text = ErrorText.text(error)
    let now = clock.uptime()
    let isNew = failures.withLock { failures in
      let key = ExactText(part)
      guard failures[key] != nil else {
        failures[key] = Failure(text: text, since: now)
        return true
      }
      failures[key]?.text = text
      failures[key]?.count += 1
      return false
    }
    if isNew { log.error("work_failed", ["part": part, "error": text, "advice": "it is tried again"]) }
  }

  /// Full or read-only disks are waited out. A failed sync or a damaged file ends the daemon, and so does a
  /// store that another process has taken: otherwise it would answer 503 forever.
  func endIfLost(_ error: SQLError, in part: String) {
    guard let code = error.endsProcess else { return }
    let place: String
    switch location {
    case .sqlite(let path): place = "look at \(path) and its disk"
    case .postgresql:
      // A server recovers by itself, and a new session continues with it.
      // After these errors the process can no longer trust what it knows of its file; a restart re-reads it.
      guard error.kind == .taken else { return }
      place = "find out who uses \(location)"
    }
    store.observe(error)
    notifier.status("ends with \(code), the store is lost: \(ErrorText.text(error))")
    log.error(
      "store_lost",
      [
        "part": part, "error": ErrorText.text(error), "exit": Int(code),
        "advice": "nothing more is handed over; \(place)",
      ])
    end(code)
  }
}

extension SQLError {
  /// After these errors the process can no longer trust what it knows of its file; a restart re-reads it.
  fileprivate var endsProcess: Int32? {
    switch kind {
    case .io: 74
    case .corrupt, .notADatabase: 65
    case .taken: 73
    default: nil
    }
  }
}
