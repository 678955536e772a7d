internal import Domain
internal import Platform

extension [TraceEntry] {
  /// `[[gate, passed, channel, values], ...]`, each entry cut after its last part that says something.
  var stored: String {
    var writer = JSONWriter(reserving: 40 * count)
    writer.array { writer in
      for entry in self {
        writer.array { writer in
          writer.value(entry.gate.rawValue)
          writer.value(entry.passed ? 1 : 0)
          if entry.channel != nil || !entry.values.isEmpty { writer.value(entry.channel?.rawValue ?? "") }
          if !entry.values.isEmpty { entry.values.write(to: &writer) }
        }
      }
    }
    return writer.text
  }

  init(stored json: JSON) {
    self = (json.arrayValue ?? []).compactMap { entry in
      guard let gate = entry[0]?.stringValue.flatMap({ Gate(rawValue: $0) }) else { return nil }
      let channel = entry[2]?.stringValue.flatMap { $0.isEmpty ? nil : ChannelName($0) }
      return TraceEntry(
        gate: gate, passed: entry[1]?.integerValue == 1, channel: channel,
        values: entry[3].map { Record(stored: $0) } ?? Record())
    }
  }
}

extension Record {
  /// Straight into the writer: no tree is built for what is written on every decision.
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      for entry in entries {
        writer.key(entry.name)
        entry.value.write(to: &writer)
      }
    }
  }
}

extension Value {
  func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .bool(let value): writer.value(value)
    case .integer(let value): writer.value(value)
    case .number(let value): writer.value(value)
    case .string(let value): writer.value(value)
    case .array(let values): writer.array { writer in for value in values { value.write(to: &writer) } }
    case .object(let record): record.write(to: &writer)
    case .instant, .money: writer.value(json)
    }
  }
}

extension MessageContent {
  var stored: String {
    var writer = JSONWriter(reserving: 512 + (html?.utf8.count ?? 0) + text.utf8.count)
    writer.object { writer in
      writer.field("to", to)
      if !toName.isEmpty { writer.field("to_name", toName) }
      if let subject { writer.field("subject", subject) }
      if let preheader { writer.field("preheader", preheader) }
      if let html { writer.field("html", html) }
      writer.field("text", text)
      writer.field("purpose", purpose.rawValue)
      if let unsubscribeURL { writer.field("unsubscribe_url", unsubscribeURL) }
      if !data.isEmpty {
        writer.key("data")
        data.write(to: &writer)
      }
    }
    return writer.text
  }

  init(stored json: JSON) throws {
    guard let to = json["to"]?.stringValue, let text = json["text"]?.stringValue,
      let purpose = json["purpose"]?.stringValue.flatMap({ Purpose(rawValue: $0) })
    else { throw SQLError(.corrupt, "a message's content is incomplete") }
    self.init(
      to: to, toName: json["to_name"]?.stringValue ?? "", subject: json["subject"]?.stringValue,
      preheader: json["preheader"]?.stringValue, html: json["html"]?.stringValue, text: text,
      purpose: purpose,
      unsubscribeURL: json["unsubscribe_url"]?.stringValue,
      data: json["data"].map { Record(stored: $0) } ?? Record())
  }
}
