/// Values by name, in insertion order: in JSON, an object whose keys are data.
package struct ByName<Value: JSONRepresentable>: JSONRepresentable, RandomAccessCollection {
  package struct Entry: Equatable, Sendable {
    package var name: String
    package var value: Value
  }

  private var entries: [Entry] = []

  package init() {}

  /// `name` must not be present yet.
  package mutating func append(_ name: String, _ value: Value) {
    entries.append(Entry(name: name, value: value))
  }

  /// Returns `nil` if there is no such name.
  package subscript(name: String) -> Value? { entries.first { $0.name == name }?.value }

  package var startIndex: Int { entries.startIndex }
  package var endIndex: Int { entries.endIndex }
  package subscript(position: Int) -> Entry { entries[position] }

  package var json: JSON {
    .object(JSONObject(members: entries.map { .init(key: $0.name, value: $0.value.json) }))
  }

  package init(json: JSON) throws(JSONMismatch) {
    for member in try JSONObject(json: json) {
      do throws(JSONMismatch) {
        append(member.key, try Value(json: member.value))
      } catch {
        throw error.inside(member.key)
      }
    }
  }
}
