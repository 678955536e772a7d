package import Domain
import Templates

/// An occasion that would have fired a trigger, but was refused by its condition.
package struct Refusal: Equatable, Sendable {
  /// What happened: an event's name and id, or an order's id.
  package var occasion: String
  package var at: Instant
  /// As in the file.
  package var condition: String
  /// The values that the condition saw, by name; `null` for a missing one. Personal data is only shown as present.
  package var values: Record
  /// Why the condition could not be evaluated, which counts as not met; `nil` if it was evaluated.
  package var problem: String?
}

extension PlanningContext {
  /// - Parameter occasion: as in `Refusal`.
  /// - Returns: `nil` if the condition holds.
  func refusal(by condition: Condition, of occasion: String, at: Instant, about subject: Subject) -> Refusal?
  {
    let scope = Scope(
      program: program, trigger: trigger, state: Shared(state), catalog: catalog, subject: subject, now: now)
    var refusal = Refusal(occasion: occasion, at: at, condition: condition.text, values: Record())
    switch scope.evaluate(condition) {
    case .success(true): return nil
    case .success(false): break
    case .failure(.invalid(let message, _)): refusal.problem = message
    case .failure(let error): refusal.problem = error.description
    }
    for variable in scope.values(of: condition) {
      refusal.values[variable.name] = AudienceTrace.shown(variable.value, of: variable.name)
    }
    return refusal
  }
}
