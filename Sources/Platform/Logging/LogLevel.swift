/// The severity of a log line, lowest first.
package enum LogLevel: String, CaseIterable, Comparable, Sendable {
  case debug, info, notice, warning, error

  package static func < (a: LogLevel, b: LogLevel) -> Bool { a.priority > b.priority }

  /// The syslog priority (RFC 5424): 7 for debug to 3 for error.
  package var priority: Int {
    switch self {
    case .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    }
  }
}
