internal import Decisioning
internal import Domain

/// One digest of everything in a trigger that affects planning: a change there re-plans the trigger, any other change
/// does not.
enum PlanningHash {
  /// Hexadecimal SHA-256 over `when`, `existing`, `reentry`, `expires_after` and the times of the steps, and whatever else
  /// the kind of trigger plans by.
  static func of(_ trigger: Trigger) -> String {
    var parts = [trigger.existing.rawValue, trigger.reentry?.written ?? "", trigger.expiresAfter.written]
    parts += trigger.when.planningParts(of: trigger)
    for step in trigger.steps {
      parts += [step.id.rawValue, step.after.written, step.expiresAfter?.written ?? ""]
    }
    // The length before each part keeps two lists of parts from reading alike.
    return SHA256.hash(parts.map { "\($0.utf8.count):\($0)" }.joined()).description
  }
}
