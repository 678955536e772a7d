import Domain
import Templates

extension GateRule {
  /// Skips customers outside the trigger's `audience`, asked anew at each step. A condition that cannot be
  /// evaluated holds the message back, and the trace says why.
  static let audience = GateRule(.audience) { question in
    guard let condition = question.trigger.audience else { return .pass() }
    switch question.scope.evaluate(condition) {
    case .success(true): return .pass(["condition": .string(condition.text)])
    case .success(false): return .skip(.audience, ["condition": .string(condition.text)])
    case .failure(let error):
      return .skip(.audience, ["condition": .string(condition.text), "error": .string(error.description)])
    }
  }
}
