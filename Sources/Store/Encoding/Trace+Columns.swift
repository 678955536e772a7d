internal import Domain
internal import Platform

extension [TraceEntry] {
  /// A list of `[gate, passed, channel, values]`, each without trailing empty parts; a gate that passed without
  /// details, as most do, is just its name.
  var stored: String {
    var writer = JSONWriter(reserving: 40 * count)
    writer.beginArray()
    for entry in self {
      if entry.passed, entry.channel == nil, entry.values.isEmpty {
        writer.value(entry.gate.rawValue)
        continue
      }
      writer.beginArray()
      writer.value(entry.gate.rawValue)
      writer.value(entry.passed ? 1 : 0 as Int64)
      if entry.channel != nil || !entry.values.isEmpty { writer.value(entry.channel?.rawValue ?? "") }
      if !entry.values.isEmpty { entry.values.write(to: &writer) }
      writer.endArray()
    }
    writer.endArray()
    return writer.text
  }

  init(stored json: JSON) {
    self = (json.arrayValue ?? []).compactMap { entry in
      if let gate = entry.stringValue.flatMap({ Gate(rawValue: $0) }) {
        return TraceEntry(gate: gate, passed: true)
      }
      guard let gate = entry[0]?.stringValue.flatMap({ Gate(rawValue: $0) }) else { return nil }
      let channel = entry[2]?.stringValue.flatMap { $0.isEmpty ? nil : ChannelName($0) }
      return TraceEntry(
        gate: gate, passed: entry[1]?.integerValue == 1, channel: channel,
        values: entry[3].map { Record(stored: $0) } ?? Record())
    }
  }
}

extension Record {
  /// Compact JSON, `{}` for none, written without a tree.
  var storedDirectly: String {
    if isEmpty { return "{}" }
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// Writes directly: every decision is stored, so no tree is built.
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    for entry in entries {
      writer.key(entry.name)
      entry.value.write(to: &writer)
    }
    writer.endObject()
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
    case .array(let values):
      writer.beginArray()
      for value in values { value.write(to: &writer) }
      writer.endArray()
    case .object(let record) where record.looksLikeMark:
      writer.beginObject()
      writer.key("$object")
      record.write(to: &writer)
      writer.endObject()
    case .object(let record): record.write(to: &writer)
    case .instant(let value):
      writer.beginObject()
      writer.field("$instant", value.milliseconds)
      writer.endObject()
    case .money: writer.value(json)
    }
  }
}
