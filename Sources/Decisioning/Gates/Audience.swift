import Domain
import Templates

extension GateRule {
  /// Skips customers outside the trigger's `audience`, checked again at each step. A condition that cannot be
  /// evaluated holds the message, and the trace says why.
  static let audience = GateRule(.audience) { question in
    guard let condition = question.trigger.audience else { return .pass() }
    var seen: Record = ["condition": .string(condition.text)]
    for variable in question.scope.values(of: condition) {
      seen[variable.name] = AudienceTrace.shown(variable.value, of: variable.name)
    }
    switch question.scope.evaluate(condition) {
    case .success(true): return .pass(seen)
    case .success(false): return .skip(.audience, seen)
    case .failure(let error):
      seen["error"] = .string(error.description)
      return .skip(.audience, seen)
    }
  }
}

extension WireRule {
  /// Ends a message whose customer has left the audience.
  static let audience = WireRule(.audience) { question in
    guard let facts = question.facts, let program = question.program, let trigger = question.trigger,
      trigger.audience != nil, let step = trigger.steps.first(where: { $0.id == question.message.step })
    else { return .pass() }
    return GateRule.audience.ask(
      Question(facts: facts, program: program, trigger: trigger, step: step, now: question.now))
  }
}

/// How variables appear in the trace, which is kept for long and also logged.
enum AudienceTrace {
  /// Shows numbers, times and flags in full, a text by its beginning, a list or an object by its size. The customer's
  /// identity and addresses are only shown as present.
  static func shown(_ value: Value, of name: String) -> Value {
    switch value {
    case .null, .bool, .integer, .number, .instant, .money: value
    case .string where isPersonal(name): .string("given")
    case .string(let text):
      .string(text.utf8.count <= 60 ? text : String(text.unicodeScalars.prefix(20)) + "...")
    case .array(let items): .string("\(items.count) \(items.count == 1 ? "entry" : "entries")")
    case .object(let record): .string("\(record.count) \(record.count == 1 ? "field" : "fields")")
    }
  }

  private static func isPersonal(_ name: String) -> Bool {
    ["customer.email", "customer.phone", "customer.first_name", "customer.last_name", "customer.name"]
      .contains(name)
  }
}
