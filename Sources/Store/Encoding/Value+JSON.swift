package import Domain

extension Value {
  /// The value of JSON from outside: `null`, numbers, strings, arrays and objects stay what they are.
  package init(_ json: JSON) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let values): self = .array(values.map { Value($0) })
    case .object(let object): self = Value.unwrapped(object)
    }
  }

  /// Instants and money, which JSON lacks, are objects with a single key starting with `$`; an object that looks like
  /// one of these is wrapped in a third kind.
  private static func unwrapped(_ object: JSONObject) -> Value {
    if object.count == 1, let member = object.first {
      if member.key == "$instant", let ms = member.value.integerValue {
        return .instant(Instant(milliseconds: ms))
      }
      if member.key == "$money", let minor = member.value[0]?.integerValue,
        let currency = member.value[1]?.stringValue.flatMap({ Currency($0) })
      {
        return .money(Money(minorUnits: minor, currency: currency))
      }
      if member.key == "$object", case .object(let inner) = member.value { return .object(Record(inner)) }
    }
    return .object(Record(object))
  }

  package var json: JSON {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .string(let value): .string(value)
    case .instant(let value): ["$instant": .integer(value.milliseconds)]
    case .money(let value): ["$money": [.integer(value.minorUnits), .string(value.currency.code)]]
    case .array(let values): .array(values.map(\.json))
    case .object(let record): record.looksLikeMark ? ["$object": record.json] : record.json
    }
  }
}

extension Record {
  /// Whether it would be read back as another type.
  var looksLikeMark: Bool {
    guard count == 1, let name = entries.first?.name else { return false }
    return name == "$instant" || name == "$money" || name == "$object"
  }
}

extension Record {
  package init(_ object: JSONObject) {
    self.init()
    for member in object { self[member.key] = Value(member.value) }
  }

  package var json: JSON {
    .object(JSONObject(members: entries.map { JSONObject.Member(key: $0.name, value: $0.value.json) }))
  }
}

extension Record {
  /// Compact JSON; `{}` for none.
  var stored: String { isEmpty ? "{}" : String(decoding: storedBytes, as: UTF8.self) }

  /// `stored` as UTF-8.
  var storedBytes: [UInt8] {
    var writer = JSONWriter(reserving: 32 * count)
    write(to: &writer)
    return writer.bytes
  }

  init(stored json: JSON) { self = json.objectValue.map { Record($0) } ?? Record() }
}

func storedText(_ json: JSON) -> String {
  var writer = JSONWriter()
  writer.value(json)
  return writer.text
}
