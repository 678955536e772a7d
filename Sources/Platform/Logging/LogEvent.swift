/// One line of the log before it is written.
package struct LogEvent: Sendable {
  package struct Field: Sendable {
    package var name: StaticString
    package var value: LogValue
  }

  /// Milliseconds since 1970.
  package var time: Int64
  package var level: LogLevel
  /// The constant word for what happened, such as `message_sent`.
  package var name: StaticString
  package var fields: [Field]
}

/// Where log lines go. Taking one never blocks and never fails.
package protocol LogSink: Sendable {
  func write(_ event: LogEvent)
}
