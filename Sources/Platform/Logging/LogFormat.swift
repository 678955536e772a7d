internal import Glibc

/// The format of a log line.
package enum LogFormat: Hashable, Sendable {
  /// For people: clock time in UTC, level, name, fields.
  case terminal(color: Bool)
  /// A `<6>` prefix, and no time or level: the journal stores these itself (sd-daemon(3)).
  case journal
  /// logfmt with time and level.
  case logfmt
  /// One JSON object per line.
  case json

  /// Chooses the format for `descriptor`: a terminal, the journal (JOURNAL_STREAM holds its device and
  /// inode), or anything else.
  package static func detect(descriptor: Int32 = 2, environment: Environment = .process) -> LogFormat {
    let terminal = Terminal(descriptor: descriptor, environment: environment)
    if terminal.isTerminal { return .terminal(color: terminal.usesColor) }
    var status = stat()
    if let stream = environment["JOURNAL_STREAM"], fstat(descriptor, &status) == 0,
      stream == "\(status.st_dev):\(status.st_ino)"
    {
      return .journal
    }
    return .logfmt
  }

  /// Appends the line for `event`, with its line feed. Always exactly one line without control characters,
  /// whatever the fields contain; a text over 4 KiB is cut.
  package func append(_ event: LogEvent, to bytes: inout [UInt8]) {
    switch self {
    case .terminal(let color): appendTerminal(event, color: color, to: &bytes)
    case .journal:
      bytes.append(contentsOf: "<\(event.level.priority)>".utf8)
      bytes.append(event.name)
      appendFields(event, to: &bytes)
    case .logfmt:
      bytes.append(contentsOf: "time=".utf8)
      Timestamp.append(milliseconds: event.time, to: &bytes)
      bytes.append(contentsOf: " level=\(event.level.rawValue) event=".utf8)
      bytes.append(event.name)
      appendFields(event, to: &bytes)
    case .json: appendJSON(event, to: &bytes)
    }
    bytes.append(0x0A)
  }

  private func appendTerminal(_ event: LogEvent, color: Bool, to bytes: inout [UInt8]) {
    var time: [UInt8] = []
    Timestamp.append(milliseconds: event.time, to: &time)
    bytes.append(contentsOf: time[11..<23])
    let paint =
      switch event.level {
      case .debug: "\u{1B}[2m"
      case .info: "\u{1B}[32m"
      case .notice: "\u{1B}[36m"
      case .warning: "\u{1B}[33m"
      case .error: "\u{1B}[31m"
      }
    let word = event.level.rawValue
    bytes.append(0x20)
    if color { bytes.append(contentsOf: paint.utf8) }
    bytes.append(contentsOf: word.utf8)
    if color { bytes.append(contentsOf: "\u{1B}[0m".utf8) }
    bytes.append(contentsOf: repeatElement(0x20, count: 8 - word.utf8.count))
    bytes.append(event.name)
    appendFields(event, to: &bytes)
  }

  private func appendFields(_ event: LogEvent, to bytes: inout [UInt8]) {
    for field in event.fields where field.value != .null {
      bytes.append(0x20)
      bytes.append(field.name)
      bytes.append(UInt8(ascii: "="))
      switch field.value {
      case .string(let text): LogText.append(text, to: &bytes)
      case let value: bytes.append(contentsOf: value.plainText.utf8)
      }
    }
  }

  private func appendJSON(_ event: LogEvent, to bytes: inout [UInt8]) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("time", Timestamp.text(milliseconds: event.time))
    writer.field("level", event.level.rawValue)
    writer.field("event", event.name.description)
    for field in event.fields {
      writer.key(field.name.description)
      switch field.value {
      case .null: writer.null()
      case .bool(let value): writer.value(value)
      case .integer(let value): writer.value(value)
      case .number(let value): writer.value(value)
      case .string(let text): writer.raw(LogText.json(text))
      }
    }
    writer.endObject()
    bytes += writer.bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }
}
