/// Logs events, one line each: a constant name and fields.
///
///     log.info("message_sent", ["trigger": trigger.id, "to": Redaction.address(address)])
///
/// A value that can be copied and used from any task. Names never contain data, so that lines can be counted
/// by name; data goes into fields, which are escaped. Fields are not evaluated if the level is disabled.
package struct Logger: Sendable {
  package typealias Fields = KeyValuePairs<StaticString, any LogField>

  /// Lines below this level are dropped.
  package var minimum: LogLevel
  private let sink: any LogSink
  private let now: @Sendable () -> Int64
  private var context: [LogEvent.Field] = []

  /// - Parameter now: milliseconds since 1970.
  package init(
    to sink: any LogSink, minimum: LogLevel = .info,
    now: @escaping @Sendable () -> Int64 = { SystemTime.wallMilliseconds() }
  ) {
    self.sink = sink
    self.minimum = minimum
    self.now = now
  }

  /// Drops everything.
  package static let silent = Logger(to: Nowhere(), minimum: .error)

  /// The same logger with fields that come first in every line.
  package func with(_ fields: Fields) -> Logger {
    var copy = self
    copy.context += fields.map { LogEvent.Field(name: $0.key, value: $0.value.logValue) }
    return copy
  }

  package func info(_ name: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    log(.info, name, fields())
  }
  package func notice(_ name: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    log(.notice, name, fields())
  }
  package func warning(_ name: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    log(.warning, name, fields())
  }
  package func error(_ name: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    log(.error, name, fields())
  }

  package func log(_ level: LogLevel, _ name: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    guard level >= minimum else { return }
    let own = fields().map { LogEvent.Field(name: $0.key, value: $0.value.logValue) }
    sink.write(LogEvent(time: now(), level: level, name: name, fields: context + own))
  }
}

private struct Nowhere: LogSink {
  func write(_ event: LogEvent) {}
}
