/// The fields of a JSON object while they are read or written; see `JSONRecord`.
///
/// When writing, each field is read from the value with `get`, written, and returned, so that one list of
/// fields serves both directions.
package struct JSONFields<Value> {
  private enum Direction {
    case reading(JSONObject)
    case writing(Value)
  }

  private let direction: Direction
  private(set) var written: [JSONObject.Member] = []

  init(reading object: JSONObject) { direction = .reading(object) }
  init(writing value: Value) { direction = .writing(value) }

  /// A required field.
  package mutating func callAsFunction<Part: JSONRepresentable>(
    _ name: String, _ get: (Value) -> Part
  ) throws(JSONMismatch) -> Part {
    switch direction {
    case .reading(let object):
      guard let json = object[name] else { throw JSONMismatch(.missing).inside(name) }
      return try Self.part(json, name)
    case .writing(let value): return write(get(value), name)
    }
  }

  /// A required text that must not be empty: an empty one means that someone forgot to fill it in.
  package mutating func given<Part: JSONRepresentable>(
    _ name: String, _ get: (Value) -> Part
  ) throws(JSONMismatch) -> Part {
    if case .reading(let object) = direction, object[name] == "" { throw JSONMismatch(.missing).inside(name) }
    return try self(name, get)
  }

  /// A field omitted when `nil`; `null` is also read as `nil`.
  package mutating func optional<Part: JSONRepresentable>(
    _ name: String, _ get: (Value) -> Part?
  ) throws(JSONMismatch) -> Part? {
    switch direction {
    case .reading(let object):
      guard let json = object[name], !json.isNull else { return nil }
      return try Self.part(json, name)
    case .writing(let value): return get(value).map { write($0, name) }
    }
  }

  /// A field written as `null` when `nil`; a missing one is also read as `nil`.
  package mutating func nullable<Part: JSONRepresentable>(
    _ name: String, _ get: (Value) -> Part?
  ) throws(JSONMismatch) -> Part? {
    if case .writing(let value) = direction, get(value) == nil {
      written.append(JSONObject.Member(key: name, value: .null))
      return nil
    }
    return try optional(name, get)
  }

  /// A flag omitted when false.
  package mutating func flag(_ name: String, _ get: (Value) -> Bool) throws(JSONMismatch) -> Bool {
    try optional(name) { get($0) ? true : nil } ?? false
  }

  /// A list omitted when empty.
  package mutating func list<Part: JSONRepresentable>(
    _ name: String, _ get: (Value) -> [Part]
  ) throws(JSONMismatch) -> [Part] {
    try optional(name) { get($0).isEmpty ? nil : get($0) } ?? []
  }

  private mutating func write<Part: JSONRepresentable>(_ part: Part, _ name: String) -> Part {
    written.append(JSONObject.Member(key: name, value: part.json))
    return part
  }

  private static func part<Part: JSONRepresentable>(
    _ json: JSON, _ name: String
  ) throws(JSONMismatch) -> Part {
    do throws(JSONMismatch) { return try Part(json: json) } catch { throw error.inside(name) }
  }
}
