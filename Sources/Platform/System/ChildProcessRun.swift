internal import CLinux
internal import Glibc

/// The input and output of a running child.
struct ChildProcessRun {
  enum Event { case ended, stop, other }

  private var ends: [Int32]
  private let input: [UInt8]
  /// Bytes of the input that the pipe has accepted.
  private(set) var written = 0
  private let outputLimit: Int
  private(set) var output: [UInt8] = []
  private(set) var errorOutput: [UInt8] = []
  private(set) var isOutputCut = false

  /// Takes ownership of the parent's ends.
  init(channels: Channels, input: [UInt8], outputLimit: Int) {
    ends = channels.parentEnds
    self.input = input
    self.outputLimit = outputLimit
    if input.isEmpty { closeEnd(0) }
  }

  /// Waits for readable or writable pipes and serves them; returns when the child has ended or must stop.
  mutating func wait(process: Int32, stop: Int32, timeout: Duration) -> Event {
    // poll ignores negative descriptors.
    var events = [
      pollfd(fd: ends[0], events: Int16(POLLOUT), revents: 0),
      pollfd(fd: ends[1], events: Int16(POLLIN), revents: 0),
      pollfd(fd: ends[2], events: Int16(POLLIN), revents: 0),
      pollfd(fd: process, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
    ]
    // Without pidfd_open in the kernel, the child must be polled.
    let longest: Int64 = process < 0 ? 20 : 3_600_000
    _ = poll(&events, nfds_t(events.count), Int32(min(timeout.inMilliseconds + 1, longest)))
    if events[0].revents != 0 { writeInput() }
    if events[1].revents != 0 { read(1, atMost: Self.readsAtOnce) }
    if events[2].revents != 0 { read(2, atMost: Self.readsAtOnce) }
    if events[3].revents != 0 { return .ended }
    return events[4].revents != 0 ? .stop : .other
  }

  /// Reads what an ended child left in the pipes, at most their capacity: other processes may have them open, so it
  /// neither waits for them nor keeps reading while they write.
  mutating func drain() {
    for index in 1...2 { read(index, atMost: Self.largestPipe / Self.chunk) }
  }

  mutating func closeAll() { for index in ends.indices { closeEnd(index) } }

  private mutating func writeInput() {
    let count = input.withUnsafeBytes { write(ends[0], $0.baseAddress! + written, input.count - written) }
    if count > 0 { written += count }
    // A child that does not read its input is not an error.
    if written == input.count || count < 0 && errno != EAGAIN && errno != EINTR { closeEnd(0) }
  }

  private static let chunk = 16 << 10
  /// The maximum capacity of a pipe for an unprivileged program, in bytes.
  private static let largestPipe = 1 << 20
  /// How often one end is read before the others and the deadline get their turn.
  private static let readsAtOnce = 16

  private mutating func read(_ index: Int, atMost times: Int) {
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    for _ in 0..<times where ends[index] >= 0 {
      let count = Glibc.read(ends[index], &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return }
      guard count > 0 else {
        closeEnd(index)
        return
      }
      let room = outputLimit - (index == 1 ? output.count : errorOutput.count)
      if count > room { isOutputCut = true }
      let kept = buffer[..<min(count, max(room, 0))]
      if index == 1 { output += kept } else { errorOutput += kept }
      // One chunk at a time while more may be pending, so that input continues too.
      if count < buffer.count { return }
    }
  }

  private mutating func closeEnd(_ index: Int) {
    if ends[index] >= 0 { close(ends[index]) }
    ends[index] = -1
  }
}
