package import Platform
import Synchronization

/// Keeps the lines of a log for a test to look at.
package final class InMemoryLog: LogSink {
  private let stored = Mutex<[LogEvent]>([])

  package init() {}

  package func write(_ event: LogEvent) { stored.withLock { $0.append(event) } }

  package var events: [LogEvent] { stored.withLock { $0 } }

  /// The names of the lines in order.
  package var names: [String] { events.map(\.name.description) }

  /// Each line as the journal would get it, with its priority and without its line feed.
  package var lines: [String] {
    events.map { event in
      var bytes: [UInt8] = []
      LogFormat.journal.append(event, to: &bytes)
      return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
  }
}

extension LogEvent {
  /// The value of the first field with this name.
  package subscript(field: String) -> LogValue? {
    fields.first { $0.name.description == field }?.value
  }
}
