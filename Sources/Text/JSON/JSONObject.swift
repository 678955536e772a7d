/// The members of a JSON object in the order they were written.
///
/// A lookup is a linear search, which beats hashing for objects of the size of events; for objects with
/// thousands of keys, build a dictionary. Keys are compared by their bytes.
package struct JSONObject: Hashable, Sendable {
  package struct Member: Hashable, Sendable {
    package var key: String
    package var value: JSON

    package init(key: String, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  package private(set) var members: [Member]

  package init() { members = [] }

  /// Takes the members as they are: the caller guarantees that keys are unique.
  package init(members: [Member]) { self.members = members }

  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }

  /// The value of the first member with this key. Setting replaces it in place, appends it if absent, and
  /// removes it if `nil`.
  package subscript(key: String) -> JSON? {
    get {
      // A span lends its members; the array would copy and release each one.
      let members = members.span
      for index in members.indices where members[index].key == key { return members[index].value }
      return nil
    }
    set {
      let index = members.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }
}

extension JSONObject: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { members.count }
  package subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// A repeated key keeps its first place and its last value.
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }
}
