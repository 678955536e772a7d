internal import Decisioning
internal import Domain
internal import Platform

/// The value of `when:`, and its parts that need cross-checks.
struct WhenFile: Sendable {
  var kind: any TriggerKind
  var events: [Located<String>]
  var conditions: [PlacedCondition]

  /// Each kind is identified by the first key of its form.
  static func shape(of kinds: [any TriggerKind.Type]) -> Shape<WhenFile> {
    .choice(
      "trigger",
      kinds.map { kind in
        let form = kind.form
        return (
          form.word,
          FormReading.mapping("trigger", form.keys).map { members in
            WhenFile(
              kind: form.kind(members.map(\.value)), events: members.flatMap(\.events),
              conditions: members.flatMap(\.conditions))
          }
        )
      })
  }
}

/// The value read for one key of a form.
struct FormReading: Sendable {
  var value: FormValue
  var events: [Located<String>] = []
  var conditions: [PlacedCondition] = []

  static func mapping(_ name: String, _ keys: [FormKey]) -> Shape<[FormReading]> {
    .mapping(name, keys.map { field($0) })
  }

  private static func field(_ key: FormKey) -> Field<FormReading> {
    let shape = shape(of: key.node, under: key.name)
    return switch key.presence {
    case .required: .required(key.name, shape, key.summary)
    case .optional: .optional(key.name, shape, absent: FormReading(value: .absent), key.summary)
    case .defaulted(let text): .defaulted(key.name, shape, default: text, key.summary)
    }
  }

  /// - Parameter name: the key, which names its mapping in messages.
  private static func shape(of node: FormNode, under name: String) -> Shape<FormReading> {
    switch node {
    case .duration(let zeroAllowed, let example):
      Shape<Duration>.duration(zeroAllowed: zeroAllowed, example: example)
        .map { FormReading(value: .duration($0)) }
    case .clockTime(let example):
      Shape<ClockTime>.clockTime.described(example: example).map { FormReading(value: .clockTime($0)) }
    case .words(let words): Shape<String>.word(among: words).map { FormReading(value: .word($0)) }
    case .event(let example):
      Shape<String>.eventName(example: example).located()
        .map { FormReading(value: .event(EventName($0.value)), events: [$0]) }
    case .condition(let example):
      Shape<PlacedCondition>.condition.described(example: example)
        .map { FormReading(value: .condition($0.value), conditions: [$0]) }
    case .mapping(let keys):
      mapping(name, keys).map { members in
        FormReading(
          value: .mapping(members.map(\.value)), events: members.flatMap(\.events),
          conditions: members.flatMap(\.conditions))
      }
    case .either(let nodes, let expected):
      .either(nodes.map { shape(of: $0, under: name) }, expected: expected)
    }
  }
}
