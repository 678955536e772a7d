package import Domain
package import Templates

/// The file format of a kind of trigger, for parsing and for generating the JSON Schema and the reference.
package struct TriggerForm: Sendable {
  /// At least one: the first identifies the kind, and must be unique.
  package let keys: [FormKey]
  private let build: @Sendable ([FormValue]) -> any TriggerKind

  package init<each Member: Sendable, Kind: TriggerKind>(
    _ fields: repeat FormField<each Member>, build: @escaping @Sendable (repeat each Member) -> Kind
  ) {
    var keys: [FormKey] = []
    for field in repeat each fields { keys.append(field.key) }
    precondition(!keys.isEmpty, "a kind of trigger is told by a key")
    self.keys = keys
    let declared = (repeat each fields)
    self.build = { values in
      var values = FormValues(values)
      return build(repeat values.next(each declared))
    }
  }

  /// The key that identifies the kind.
  package var word: String { keys[0].name }

  /// - Parameter values: one for each of `keys`, in their order and of their forms.
  package func kind(_ values: [FormValue]) -> any TriggerKind { build(values) }
}

/// One key of a mapping in a file.
package struct FormKey: Sendable {
  package var name: String
  package var node: FormNode
  package var presence: Presence
  /// A sentence for editors and the reference.
  package var summary: String

  package enum Presence: Sendable {
    case required
    /// A missing key gives `absent`.
    case optional
    /// A missing key gives the value of this YAML.
    case defaulted(String)
  }
}

/// The value of a key. Examples are written as in a file.
package indirect enum FormNode: Sendable {
  case duration(zeroAllowed: Bool, example: String)
  case clockTime(example: String)
  /// One of these words.
  case words([String])
  /// The name of an event.
  case event(example: String)
  /// A Liquid condition over the names that the trigger offers.
  case condition(example: String)
  case mapping([FormKey])
  /// The first that matches.
  case either([FormNode], expected: String)
}

/// A value read for a `FormNode`.
package enum FormValue: Sendable {
  case absent
  case duration(Duration)
  case clockTime(ClockTime)
  case word(String)
  case event(EventName)
  case condition(Condition)
  /// One value for each key.
  case mapping([FormValue])
}

/// Values consumed in order.
struct FormValues {
  private var rest: ArraySlice<FormValue>

  init(_ values: [FormValue]) { rest = values[...] }

  mutating func next<Member>(_ field: FormField<Member>) -> Member {
    guard let value = rest.popFirst(), let member = field.member(value) else {
      preconditionFailure("'\(field.key.name)' was read as something else than its form says")
    }
    return member
  }
}
