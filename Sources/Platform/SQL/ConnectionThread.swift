internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread of its own for calls that block, with a place to wait for its end.
///
/// Databases block, and the threads of Swift's tasks are few: one per core.
struct ConnectionThread: Sendable {
  private let end = ThreadEnd()

  /// - Parameter name: at most 15 bytes are shown by `top` and `gdb`.
  init(name: String, _ body: @escaping @Sendable () -> Void) throws(SQLError) {
    let code = Self.start(ThreadStart(name: name, body: body, end: end))
    guard code == 0 else {
      throw SQLError(.other, "cannot start the thread \(name): \(String(cString: strerror(code)))")
    }
  }

  /// Returns when the thread has done its work.
  func waitForEnd() async { await end.wait() }

  /// The same for a caller that blocks already.
  func blockUntilEnd() { end.block() }

  private static func start(_ start: ThreadStart) -> Int32 {
    // Released by the first line of the thread.
    let context = Unmanaged.passRetained(start)
    // The default of 8 MiB is never used; 1 MiB is far above what SQLite and libpq need.
    let code = clinux_start_thread(
      { context in
        guard let context else { return nil }
        ConnectionThread.run(context).reach()
        return nil
      }, context.toOpaque(), 1 << 20)
    if code != 0 { context.release() }
    return code
  }

  /// - Returns: the end, which is reached when what the thread held is released.
  private static func run(_ context: UnsafeMutableRawPointer) -> ThreadEnd {
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    setName(start.name)
    start.body()
    return start.end
  }

  /// Through /proc, because glibc shows its own call only to GNU C; a thread without a name works as well.
  private static func setName(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
  }
}

private final class ThreadStart: Sendable {
  let name: String
  let body: @Sendable () -> Void
  let end: ThreadEnd

  init(name: String, body: @escaping @Sendable () -> Void, end: ThreadEnd) {
    self.name = name
    self.body = body
    self.end = end
  }
}

private final class ThreadEnd: Sendable {
  private struct State: Sendable {
    var isReached = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Monitor(State())

  func reach() {
    let waiters = state.update { state in
      state.isReached = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isReached = state.update { state in
        if !state.isReached { state.waiters.append(continuation) }
        return state.isReached
      }
      if isReached { continuation.resume() }
    }
  }

  func block() { _ = state.wait { $0.isReached ? true : nil } }
}

/// Since when a thread has been at one and the same piece of work; for a watchdog.
final class Progress: Sendable {
  /// Nanoseconds of the monotonic clock; 0 while the thread waits for work.
  private let since = Atomic<Int64>(0)

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  func moved() { since.store(Self.now(), ordering: .relaxed) }
  func rests() { since.store(0, ordering: .relaxed) }

  /// Zero while the thread waits for work.
  var stalledFor: Duration {
    let start = since.load(ordering: .relaxed)
    return start == 0 ? .zero : .nanoseconds(max(0, Self.now() - start))
  }
}
