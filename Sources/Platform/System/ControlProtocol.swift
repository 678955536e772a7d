internal import Glibc

/// The protocol of the control socket: lines of compact JSON over a unix stream socket.
///
/// A request is one line. Its reply is any number of lines, then an empty one. A connection carries one
/// request after another.
enum ControlProtocol {
  /// Maximum bytes of a line.
  static let lineLimit = 16 << 20
  static let limits = JSONLimits(depth: 64, bytes: lineLimit, values: 2_000_000, allowsNUL: true)

  static func line(_ value: JSON) -> [UInt8] {
    var bytes: [UInt8] = []
    value.write(into: &bytes)
    bytes.append(0x0A)
    return bytes
  }
}

/// Why a running daemon could not be reached.
package enum ControlError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing listens on the socket.
  case notRunning(path: String)
  case denied(path: String)
  /// Another daemon already listens on the socket.
  case inUse(path: String)
  case invalidPath(String)
  /// The peer closed the connection before the reply was complete.
  case closed
  case tooLong(limit: Int)
  case invalidReply(JSONError)
  case system(SystemError)

  package var description: String {
    switch self {
    case .notRunning(let path): "no daemon listens on '\(path)'; start it, or check the path"
    case .denied(let path):
      "cannot connect to '\(path)': permission denied; run this as the daemon's user or as root"
    case .inUse(let path): "another daemon listens on '\(path)'"
    case .invalidPath(let path): "'\(path)' cannot be a socket's path: it is empty or longer than 107 bytes"
    case .closed: "the daemon closed the connection before it had answered; look into its log"
    case .tooLong(let limit): "a line is longer than \(ByteSizeText.text(Int64(limit))); send less at once"
    case .invalidReply(let error): "the daemon's answer is not understood: \(error)"
    case .system(let error): error.description
    }
  }

  /// The matching code of sysexits(3).
  package var exitCode: Int32 {
    switch self {
    case .notRunning: EX_UNAVAILABLE
    case .denied: EX_NOPERM
    case .invalidPath: EX_USAGE
    case .closed: EX_TEMPFAIL
    case .inUse: EX_CANTCREAT
    case .tooLong, .invalidReply, .system: EX_IOERR
    }
  }
}
