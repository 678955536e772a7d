extension LogFormat {
  /// The text for standard error when a program ends with an error. For the journal, each line gets a priority: a
  /// search for problems would miss lines without one.
  ///
  /// - Parameter text: one or more lines, each with its line feed.
  package func failure(_ text: String, event: StaticString, time: Int64) -> String {
    switch self {
    case .journal:
      return text.split(separator: "\n").map { "<\(LogLevel.error.priority)>\($0)\n" }.joined()
    case .json:
      var bytes: [UInt8] = []
      let words = text.split(separator: "\n").joined(separator: "\n")
      append(
        LogEvent(
          time: time, level: .error, name: event,
          fields: [LogEvent.Field(name: "error", value: .string(words))]),
        to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    case .terminal, .logfmt: return text
    }
  }
}
