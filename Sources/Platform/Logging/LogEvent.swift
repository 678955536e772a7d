/// One log line before formatting.
package struct LogEvent: Sendable {
  package struct Field: Sendable {
    package var name: StaticString
    package var value: LogValue
  }

  /// Milliseconds since 1970.
  package var time: Int64
  package var level: LogLevel
  /// The constant name of the event, such as `message_sent`.
  package var name: StaticString
  package var fields: [Field]
}

/// A destination of log lines. Must not block or fail.
package protocol LogSink: Sendable {
  func write(_ event: LogEvent)
}
