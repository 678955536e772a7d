/// A type with one JSON form everywhere: `T(json: value.json) == value`.
package protocol JSONRepresentable: Equatable, Sendable {
  var json: JSON { get }
  /// Ignores unknown members of objects.
  init(json: JSON) throws(JSONMismatch)
}

/// A type whose JSON form is an object. One list of fields serves both reading and writing.
///
///     static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
///       Product(sku: try field("sku", \.sku), name: try field.optional("name", \.name))
///     }
package protocol JSONRecord: JSONRepresentable {
  /// Builds the value from its fields, listed in the order they are written.
  static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self
}

extension JSONRecord {
  package var json: JSON { .object(jsonObject) }

  package var jsonObject: JSONObject {
    var fields = JSONFields(writing: self)
    // Only reading throws: a value that exists has all its fields.
    _ = try? Self.fields(&fields)
    return JSONObject(members: fields.written)
  }

  package init(json: JSON) throws(JSONMismatch) {
    guard case .object(let object) = json else { throw JSONMismatch(.wrongType("an object")) }
    var fields = JSONFields<Self>(reading: object)
    self = try Self.fields(&fields)
  }
}

/// Why a JSON value cannot be read as a type.
package struct JSONMismatch: Error, Equatable, CustomStringConvertible {
  package enum Problem: Equatable, Sendable {
    case missing
    /// Carries what was expected: `a text`.
    case wrongType(String)
    case unknownWord(String, choices: [String])
  }

  /// Member names and positions, outermost first.
  package private(set) var path: [String] = []
  package let problem: Problem

  package init(_ problem: Problem) { self.problem = problem }

  /// The same mismatch, seen from the enclosing value, which holds this one as `name`.
  package func inside(_ name: String) -> JSONMismatch {
    var outer = self
    outer.path.insert(name, at: 0)
    return outer
  }

  package var description: String {
    let place = path.isEmpty ? "the value" : path.joined(separator: ".")
    return switch problem {
    case .missing: "\(place) is missing"
    case .wrongType(let expected): "\(place) is not \(expected)"
    case .unknownWord(let word, let choices):
      "\(place) is '\(word)', not one of \(choices.joined(separator: ", "))"
    }
  }
}
