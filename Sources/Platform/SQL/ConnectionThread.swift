internal import CLinux
internal import Glibc

/// A dedicated thread for blocking calls, with a way to wait for its end.
///
/// Database calls block, and Swift's tasks share only one thread per core.
struct ConnectionThread: Sendable {
  private let end = ThreadEnd()

  /// - Parameter name: `top` and `gdb` show at most 15 bytes.
  init(name: String, _ body: @escaping @Sendable () -> Void) throws(SQLError) {
    let code = Self.start(ThreadStart(name: name, body: body, end: end))
    guard code == 0 else {
      throw SQLError(.other, "cannot start the thread \(name): \(String(cString: strerror(code)))")
    }
  }

  /// Returns when the thread has finished.
  func waitForEnd() async { await end.wait() }

  /// The blocking form of `waitForEnd`.
  func blockUntilEnd() { end.block() }

  private static func start(_ start: ThreadStart) -> Int32 {
    // Released at the start of the thread.
    let context = Unmanaged.passRetained(start)
    // The default of 8 MiB is never needed; 1 MiB is far more than SQLite and libpq use.
    let code = clinux_start_thread(
      { context in
        guard let context else { return nil }
        ConnectionThread.run(context).reach()
        return nil
      }, context.toOpaque(), 1 << 20)
    if code != 0 { context.release() }
    return code
  }

  /// - Returns: the end, to be signalled once everything the thread held is released.
  private static func run(_ context: UnsafeMutableRawPointer) -> ThreadEnd {
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    setName(start.name)
    start.body()
    return start.end
  }

  /// Through /proc, because glibc declares its function only for GNU C. An unnamed thread works just as well.
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
