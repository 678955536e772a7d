internal import Domain
package import Templates

extension Trigger {
  /// The names that the trigger's conditions may use.
  package var conditionSchema: Schema { Schema(Root.offered(by: when)) }

  /// The names that the trigger's templates may use; the same definitions that fill them in when a message is composed.
  package var templateSchema: Schema { Schema(Root.offered(by: when, purpose: purpose)) }
}

extension When {
  /// The names that a condition on the event itself may use.
  package var conditionSchema: Schema { Schema(Root.offered(by: self)) }
}

extension Schema {
  fileprivate init(_ roots: [Root]) {
    self.init(Dictionary(uniqueKeysWithValues: roots.map { ($0.rawValue, $0.shape.checked) }))
  }
}

extension Decisioning.Shape {
  /// The same in the words of the template checker.
  fileprivate var checked: Schema.Shape {
    switch self {
    case .text, .number, .money, .instant: .scalar
    case .any: .open
    case .list(let element): .list(element.checked)
    case .object(let fields, let isOpen):
      if fields.isEmpty && isOpen {
        .open
      } else if isOpen {
        .extensible(Self.checked(fields))
      } else {
        .object(Self.checked(fields))
      }
    }
  }

  private static func checked(_ fields: [(name: String, shape: Self)]) -> [String: Schema.Shape] {
    Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.shape.checked) })
  }
}

extension Program {
  /// Whether a trigger wants the cycles learned from the orders of all customers.
  package var learnsCycles: Bool {
    triggers.values.contains { trigger in
      if case .runsOut(let rule) = trigger.when { rule.cycle == .learned } else { false }
    }
  }
}
