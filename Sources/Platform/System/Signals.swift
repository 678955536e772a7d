internal import CLinux
internal import Glibc
internal import Synchronization

/// A signal that the daemon handles.
package enum Signal: String, CaseIterable, Sendable {
  case terminate, interrupt, hangUp = "hang_up"

  var number: Int32 {
    switch self {
    case .terminate: SIGTERM
    case .interrupt: SIGINT
    case .hangUp: SIGHUP
    }
  }

  init?(number: Int32) {
    guard let signal = Signal.allCases.first(where: { $0.number == number }) else { return nil }
    self = signal
  }
}

/// The signals of this process as a stream instead of handlers.
///
/// Create it first in `main`: it blocks the signals in the calling thread, and threads started later inherit that; a
/// thread started earlier could still be killed by them. SIGPIPE is ignored. At most one per process.
package final class Signals: Sendable {
  package let stream: AsyncStream<Signal>
  private let continuation: AsyncStream<Signal>.Continuation
  private let wake: Int32

  package init() throws(SystemError) {
    Signals.ignoreBrokenPipes()
    var set = Signals.set()
    let code = pthread_sigmask(SIG_BLOCK, &set, nil)
    guard code == 0 else { throw SystemError("block signals", code: code) }
    let source = clinux_open_signals(&set)
    guard source >= 0 else { throw .last("watch for signals") }
    wake = clinux_open_event()
    guard wake >= 0 else {
      close(source)
      throw .last("watch for signals")
    }
    (stream, continuation) = AsyncStream.makeStream()
    let (continuation, wake) = (continuation, wake)
    do throws(SystemError) {
      try WorkerThread.start("signals", stackSize: 128 << 10) { Signals.run(source, wake, continuation) }
    } catch {
      close(source)
      close(wake)
      throw error
    }
  }

  deinit {
    // Ends the thread, which closes both descriptors.
    clinux_raise_event(wake)
  }

  /// Puts a signal into the stream as if the process had received it.
  package func send(_ signal: Signal) { continuation.yield(signal) }

  /// Makes writes to closed pipes and sockets fail instead of killing the process.
  package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  private static func set() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in Signal.allCases { sigaddset(&set, signal.number) }
    return set
  }

  private static func run(_ source: Int32, _ wake: Int32, _ continuation: AsyncStream<Signal>.Continuation) {
    defer {
      continuation.finish()
      close(source)
      close(wake)
    }
    while true {
      var events = [
        pollfd(fd: source, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&events, 2, -1) < 0 {
        if errno == EINTR { continue }
        return
      }
      if events[1].revents != 0 { return }
      if let signal = Signal(number: clinux_next_signal(source)) { continuation.yield(signal) }
    }
  }
}
