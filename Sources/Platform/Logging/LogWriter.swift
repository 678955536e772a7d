internal import Glibc
internal import Synchronization

/// Writes log lines to a file descriptor on its own thread.
///
/// Callers only append to a bounded buffer, so that a slow or dead reader never slows the program. Lines that
/// do not fit are dropped and counted, and a line `log_lines_dropped` reports how many.
package final class LogWriter: LogSink {
  private struct State: Sendable {
    var buffer: [UInt8] = []
    var isWriting = false
    var isClosed = false
    var droppedUntold = 0
    var droppedEver = 0
  }

  private let format: LogFormat
  private let capacity: Int
  private let state = Monitor(State())

  /// - Parameters:
  ///   - descriptor: stays open and belongs to the caller; 2 is standard error.
  ///   - capacity: maximum bytes waiting, 1 MiB by default.
  package init(
    descriptor: Int32 = 2, format: LogFormat = .detect(), capacity: Int = 1 << 20,
    now: @escaping @Sendable () -> Int64 = { SystemTime.wallMilliseconds() }
  ) throws(SystemError) {
    self.format = format
    self.capacity = capacity
    // The thread retains the state but not the writer, so that the writer can be released.
    let state = state
    try WorkerThread.start("log") { LogWriter.run(state, descriptor, format, now) }
  }

  deinit { state.update { $0.isClosed = true } }

  package func write(_ event: LogEvent) {
    var line: [UInt8] = []
    line.reserveCapacity(256)
    format.append(event, to: &line)
    state.update { state in
      if state.buffer.count + line.count > capacity {
        state.droppedUntold += 1
        state.droppedEver += 1
      } else {
        state.buffer += line
      }
    }
  }

  /// Lines dropped so far because the buffer was full.
  package var droppedLines: Int { state.read { $0.droppedEver } }

  /// Blocks until all lines so far are written, at most for `timeout`. Returns whether they were.
  @discardableResult
  package func flush(timeout: Duration = .seconds(2)) -> Bool {
    state.wait(timeout: timeout) { $0.buffer.isEmpty && !$0.isWriting ? true : nil } ?? false
  }

  /// Flushes this writer when the process calls `exit` or returns from `main`.
  package func flushAtExit() {
    let isFirst = LogWriter.atExit.withLock { writers in
      writers.append(self)
      return writers.count == 1
    }
    if isFirst {
      atexit {
        for writer in LogWriter.atExit.withLock({ $0 }) { writer.flush() }
      }
    }
  }

  private static let atExit = Mutex<[LogWriter]>([])

  private static func run(
    _ state: Monitor<State>, _ descriptor: Int32, _ format: LogFormat, _ now: () -> Int64
  ) {
    while true {
      let taken: ([UInt8], Int)? =
        state.wait { state -> ([UInt8], Int)?? in
          if state.buffer.isEmpty, state.droppedUntold == 0 { return state.isClosed ? .some(nil) : nil }
          defer {
            state.buffer = []
            state.droppedUntold = 0
            state.isWriting = true
          }
          return (state.buffer, state.droppedUntold)
        } ?? nil
      guard case (var bytes, let dropped)? = taken else { return }
      if dropped > 0 {
        let fields = [LogEvent.Field(name: "count", value: .integer(Int64(dropped)))]
        format.append(
          LogEvent(time: now(), level: .warning, name: "log_lines_dropped", fields: fields), to: &bytes)
      }
      // A broken log is no reason to stop.
      _ = writeAll(descriptor, bytes)
      state.update { $0.isWriting = false }
    }
  }
}
