internal import Decisioning
internal import Domain

/// One digest of everything in a trigger that affects planning: a change there re-plans the trigger, any
/// other change does not.
enum PlanningHash {
  /// Hexadecimal SHA-256 over `when`, `existing`, `reentry`, `expires_after`, the times of the steps, and
  /// whatever else affects the kind's plans.
  static func of(_ trigger: Trigger) -> String {
    var parts = [trigger.existing.rawValue, trigger.reentry?.written ?? "", trigger.expiresAfter.written]
    parts += trigger.when.planningParts(of: trigger)
    for step in trigger.steps {
      parts += [step.id.rawValue, step.after.written, step.expiresAfter?.written ?? ""]
    }
    // Length-prefixed, so that different lists of parts cannot give the same text.
    return SHA256.hash(parts.map { "\($0.utf8.count):\($0)" }.joined()).description
  }
}
