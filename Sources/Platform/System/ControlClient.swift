internal import Glibc

/// A client of a running daemon's control socket. Blocks; for one thread.
package struct ControlClient: ~Copyable {
  private let socket: FileDescriptor
  private var lines = LineBuffer(limit: ControlProtocol.lineLimit)

  /// Connects immediately.
  package init(path: String) throws(ControlError) { socket = try ControlClient.connect(to: path) }

  private static func connect(to path: String) throws(ControlError) -> FileDescriptor {
    guard let address = UnixAddress(path) else { throw .invalidPath(path) }
    let raw = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { throw .system(.last("open a socket")) }
    let socket = FileDescriptor(owning: raw)
    let result = address.withSocketAddress { pointer, length in
      retryingInterrupts { Glibc.connect(raw, pointer, length) }
    }
    guard result == 0 else {
      switch errno {
      case ENOENT, ECONNREFUSED, ENOTDIR: throw .notRunning(path: path)
      case EACCES, EPERM: throw .denied(path: path)
      case let code: throw .system(SystemError("connect to '\(path)'", code: code))
      }
    }
    return socket
  }

  /// Sends a request and passes each line of the reply to `onReply` until the reply is complete.
  package mutating func call(_ request: JSON, onReply: (JSON) -> Void) throws(ControlError) {
    let line = ControlProtocol.line(request)
    guard line.count <= ControlProtocol.lineLimit else { throw .tooLong(limit: ControlProtocol.lineLimit) }
    guard sendAll(socket.raw, line) else { throw .closed }
    while true {
      while let reply = lines.next() {
        if reply.isEmpty { return }
        do {
          onReply(try JSON.parse(reply, limits: ControlProtocol.limits))
        } catch {
          throw .invalidReply(error)
        }
      }
      guard !lines.isTooLong else { throw .tooLong(limit: ControlProtocol.lineLimit) }
      guard lines.read(from: socket.raw) else { throw .closed }
    }
  }

  /// Sends a request and returns the last line of its reply; `nil` if the reply is empty.
  package mutating func call(_ request: JSON) throws(ControlError) -> JSON? {
    var last: JSON?
    try call(request) { last = $0 }
    return last
  }
}

/// Sends everything, without SIGPIPE if the peer is gone. Returns whether it succeeded.
func sendAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var start = 0
    while start < buffer.count {
      let count = send(descriptor, buffer.baseAddress! + start, buffer.count - start, Int32(MSG_NOSIGNAL))
      if count >= 0 {
        start += count
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}

/// Splits a byte stream into lines of bounded length.
struct LineBuffer: Sendable {
  private let limit: Int
  private var bytes: [UInt8] = []
  private var start = 0
  private var searched = 0

  init(limit: Int) { self.limit = limit }

  /// Whether the current line exceeds the limit.
  var isTooLong: Bool { bytes.count - start > limit }

  /// The next complete line without its line feed.
  mutating func next() -> [UInt8]? {
    guard let end = bytes[searched...].firstIndex(of: 0x0A) else {
      bytes.removeFirst(start)
      start = 0
      searched = bytes.count
      return nil
    }
    defer {
      start = end + 1
      searched = start
    }
    return Array(bytes[start..<end])
  }

  /// Reads once; returns false at the end of the stream, after an error and after the socket's timeout.
  mutating func read(from descriptor: Int32) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = retryingInterrupts { recv(descriptor, &chunk, chunk.count, 0) }
    guard count > 0 else { return false }
    bytes += chunk[..<count]
    return true
  }
}
