package import Domain
package import Templates

/// A key of a form, and its Swift value.
package struct FormField<Member: Sendable>: Sendable {
  package let key: FormKey
  /// Returns `nil` for a value that does not have the key's form.
  let member: @Sendable (FormValue) -> Member?

  package init(
    _ name: String, _ node: FormNode, _ presence: FormKey.Presence, _ summary: String,
    member: @escaping @Sendable (FormValue) -> Member?
  ) {
    key = FormKey(name: name, node: node, presence: presence, summary: summary)
    self.member = member
  }
}

extension FormField {
  package static func duration(
    _ name: String, zeroAllowed: Bool = false, example: String = "3d", default text: String? = nil,
    _ summary: String
  ) -> FormField where Member == Duration {
    FormField(name, .duration(zeroAllowed: zeroAllowed, example: example), .init(default: text), summary) {
      if case .duration(let duration) = $0 { duration } else { nil }
    }
  }

  package static func clockTime(
    _ name: String, example: String = "\"21:00\"", default text: String? = nil, _ summary: String
  ) -> FormField where Member == ClockTime {
    FormField(name, .clockTime(example: example), .init(default: text), summary) {
      if case .clockTime(let time) = $0 { time } else { nil }
    }
  }

  /// One of the words of a closed enum.
  package static func word(
    _ name: String, default text: String? = nil, _ summary: String
  ) -> FormField where Member: CaseIterable & RawRepresentable<String> {
    FormField(name, .words(Member.allCases.map(\.rawValue)), .init(default: text), summary) {
      if case .word(let word) = $0 { Member(word: word) } else { nil }
    }
  }

  /// The name of an event.
  package static func event(
    _ name: String, example: String, _ summary: String
  ) -> FormField where Member == EventName {
    FormField(name, .event(example: example), .required, summary) {
      if case .event(let name) = $0 { name } else { nil }
    }
  }

  /// An optional Liquid condition.
  package static func condition(
    _ name: String, example: String, _ summary: String
  ) -> FormField where Member == Condition? {
    FormField(name, .condition(example: example), .optional, summary) {
      switch $0 {
      case .absent: .some(nil)
      case .condition(let condition): .some(condition)
      default: nil
      }
    }
  }

  /// A mapping with keys of its own.
  package static func mapping<each Inner: Sendable>(
    _ name: String, _ summary: String, _ fields: repeat FormField<each Inner>,
    build: @escaping @Sendable (repeat each Inner) -> Member
  ) -> FormField {
    var keys: [FormKey] = []
    for field in repeat each fields { keys.append(field.key) }
    let declared = (repeat each fields)
    return FormField(name, .mapping(keys), .required, summary) { value in
      guard case .mapping(let inner) = value else { return nil }
      var values = FormValues(inner)
      return build(repeat values.next(each declared))
    }
  }
}

extension FormKey.Presence {
  fileprivate init(default text: String?) {
    self = text.map { .defaulted($0) } ?? .required
  }
}
