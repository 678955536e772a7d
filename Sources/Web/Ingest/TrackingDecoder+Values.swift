internal import Domain

extension TrackingDecoder {
  /// The members as values for templates and conditions, within the limits.
  func record(_ object: JSONObject, _ field: String) throws(EventProblem) -> Record {
    guard object.count <= limits.attributes else {
      throw EventProblem(
        field: field, reason: "\(object.count) members, at most \(limits.attributes) are taken")
    }
    var converter = ValueConverter(budget: limits.eventBytes, values: limits.eventValues)
    let record = converter.record(object)
    guard converter.values >= 0 else {
      throw EventProblem(
        field: field, reason: "more than \(limits.eventValues) values; send less with each event")
    }
    guard converter.budget >= 0 else {
      throw EventProblem(
        field: field, reason: "more than \(limits.eventBytes) bytes; send less with each event")
    }
    return record
  }
}

/// Converts values within a budget, so that one event cannot fill the database.
struct ValueConverter {
  /// Bytes left; negative if there were too many and the rest was omitted.
  private(set) var budget: Int
  /// Values left, likewise: a null is short in the request, but takes memory in the state.
  private(set) var values: Int

  init(budget: Int, values: Int) {
    self.budget = budget
    self.values = values
  }

  private var isSpent: Bool { budget < 0 || values < 0 }

  mutating func record(_ object: JSONObject) -> Record {
    var record = Record()
    for member in object.members {
      guard !isSpent else { break }
      budget -= member.key.utf8.count + 1
      record[member.key] = value(member.value)
    }
    return record
  }

  mutating func value(_ json: JSON) -> Value {
    values -= 1
    switch json {
    case .null: return .null
    case .bool(let value): return .bool(value)
    case .integer(let value):
      budget -= 8
      return .integer(value)
    case .number(let value):
      budget -= 8
      return .number(value)
    case .string(let text):
      budget -= text.utf8.count
      return .string(text)
    case .array(let elements):
      var values: [Value] = []
      values.reserveCapacity(min(elements.count, self.values + 1))
      for element in elements {
        guard !isSpent else { break }
        budget -= 1
        values.append(value(element))
      }
      return .array(values)
    case .object(let object): return .object(record(object))
    }
  }
}
