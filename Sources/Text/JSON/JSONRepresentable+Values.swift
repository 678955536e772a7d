/// Any value, for fields that only their reader interprets.
extension JSON: JSONRepresentable {
  package var json: JSON { self }
  package init(json: JSON) { self = json }
}

extension String: JSONRepresentable {
  package var json: JSON { .string(self) }

  package init(json: JSON) throws(JSONMismatch) {
    guard case .string(let text) = json else { throw JSONMismatch(.wrongType("a text")) }
    self = text
  }
}

extension Bool: JSONRepresentable {
  package var json: JSON { .bool(self) }

  package init(json: JSON) throws(JSONMismatch) {
    guard case .bool(let value) = json else { throw JSONMismatch(.wrongType("true or false")) }
    self = value
  }
}

extension FixedWidthInteger where Self: JSONRepresentable {
  /// A value beyond `Int64` is clamped.
  package var json: JSON { .integer(Int64(clamping: self)) }

  package init(json: JSON) throws(JSONMismatch) {
    guard let value = json.integerValue.flatMap({ Self(exactly: $0) }) else {
      throw JSONMismatch(.wrongType("a whole number"))
    }
    self = value
  }
}

extension Int: JSONRepresentable {}
extension Int32: JSONRepresentable {}
extension Int64: JSONRepresentable {}

extension Array: JSONRepresentable where Element: JSONRepresentable {
  package var json: JSON { .array(map(\.json)) }

  package init(json: JSON) throws(JSONMismatch) {
    guard case .array(let items) = json else { throw JSONMismatch(.wrongType("a list")) }
    self.init()
    reserveCapacity(items.count)
    for (position, item) in items.enumerated() {
      do throws(JSONMismatch) { append(try Element(json: item)) } catch { throw error.inside("\(position)") }
    }
  }
}

/// An object whose members only its writer knows.
extension JSONObject: JSONRepresentable {
  package var json: JSON { .object(self) }

  package init(json: JSON) throws(JSONMismatch) {
    guard case .object(let object) = json else { throw JSONMismatch(.wrongType("an object")) }
    self = object
  }
}

/// A closed set of raw values.
extension JSONRepresentable where Self: RawRepresentable<String> & CaseIterable {
  package var json: JSON { .string(rawValue) }

  package init(json: JSON) throws(JSONMismatch) {
    let word = try String(json: json)
    guard let value = Self(word: word) else {
      throw JSONMismatch(.unknownWord(word, choices: Self.allCases.map(\.rawValue)))
    }
    self = value
  }
}
