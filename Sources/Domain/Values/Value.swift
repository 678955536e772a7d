/// A value of the data language, for customers' attributes, event properties, templates and conditions.
///
/// JSON with three additions that shops need: instants, money, and whole numbers distinct from fractions.
package enum Value: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case instant(Instant)
  case money(Money)
  case array([Value])
  case object(Record)
}

extension Value {
  /// Texts are equal if their bytes are.
  package static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let x), .bool(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.number(let x), .number(let y)): x == y
    case (.string(let x), .string(let y)): x.hasSameBytes(as: y)
    case (.instant(let x), .instant(let y)): x == y
    case (.money(let x), .money(let y)): x == y
    case (.array(let x), .array(let y)): x == y
    case (.object(let x), .object(let y)): x == y
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let flag): hasher.combine(flag)
    case .integer(let integer): hasher.combine(integer)
    case .number(let number): hasher.combine(number)
    // `String` hashing normalises, which takes forever on a long run of accents.
    case .string(let text): hasher.combine(ExactText(text))
    case .instant(let instant): hasher.combine(instant)
    case .money(let money): hasher.combine(money)
    case .array(let items): hasher.combine(items)
    case .object(let record): hasher.combine(record)
    }
  }
}

/// An ordered map of names to values; in order of first insertion.
///
/// Meant to be small (a customer's attributes, an event's properties). Lookup is by exact bytes of the name:
/// linear up to 24 entries, where a hash table would cost more than it saves, and by hash above.
package struct Record: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// A struct, because arrays of tuples are copied and freed through slow generic code.
  package struct Entry: Sendable {
    package let name: String
    package fileprivate(set) var value: Value

    package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  package private(set) var entries: [Entry]
  private var index: [ExactText: Int]?
  private static let linearLimit = 24

  package init() {
    entries = []
  }

  package init(dictionaryLiteral elements: (String, Value)...) {
    self.init()
    entries.reserveCapacity(elements.count)
    for (name, value) in elements { self[name] = value }
  }

  /// Takes entries with distinct names, without checking.
  package init(distinct entries: [Entry]) {
    self.entries = entries
    reindex()
  }

  package var isEmpty: Bool { entries.isEmpty }
  package var count: Int { entries.count }

  /// `nil` if there is no such name. Assigning `nil` removes the entry.
  package subscript(name: String) -> Value? {
    get { position(of: name).map { entries[$0].value } }
    set {
      switch (position(of: name), newValue) {
      case (let position?, let value?): entries[position].value = value
      case (let position?, nil):
        entries.remove(at: position)
        reindex()
      case (nil, let value?):
        entries.append(Entry(name, value))
        if index != nil {
          index?[ExactText(name)] = entries.count - 1
        } else if entries.count > Self.linearLimit {
          reindex()
        }
      case (nil, nil): break
      }
    }
  }

  private func position(of name: String) -> Int? {
    if let index { return index[ExactText(name)] }
    // A closure would also receive each value.
    for position in entries.indices where entries[position].name.hasSameBytes(as: name) { return position }
    return nil
  }

  private mutating func reindex() {
    guard entries.count > Self.linearLimit else {
      index = nil
      return
    }
    var index: [ExactText: Int] = [:]
    index.reserveCapacity(entries.count)
    for (position, entry) in entries.enumerated() { index[ExactText(entry.name)] = position }
    self.index = index
  }

  package static func == (a: Record, b: Record) -> Bool {
    a.entries.count == b.entries.count
      && zip(a.entries, b.entries).allSatisfy { $0.name.hasSameBytes(as: $1.name) && $0.value == $1.value }
  }

  package func hash(into hasher: inout Hasher) {
    for entry in entries {
      hasher.combine(ExactText(entry.name))
      hasher.combine(entry.value)
    }
  }
}
