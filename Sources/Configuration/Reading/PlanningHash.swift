internal import Decisioning
internal import Domain
internal import Platform
internal import Templates

/// What of a trigger decides about planning, as one digest: a change of it plans the trigger anew, a change of anything
/// else does not.
enum PlanningHash {
  /// Hexadecimal SHA-256 over `when`, `existing`, `reentry`, `ends_with` and the times of the steps.
  static func of(_ trigger: Trigger) -> String {
    var parts = [
      trigger.existing.rawValue, text(trigger.reentry), text(trigger.expiresAfter),
    ]
    parts += self.parts(of: trigger.when)
    if case .cartIdle = trigger.when { parts.append(trigger.endsWith.rawValue) }
    for step in trigger.steps {
      parts += [step.id.rawValue, text(step.after), text(step.expiresAfter)]
    }
    // The length before each part keeps two lists of parts from reading alike.
    return SHA256.hash(parts.map { "\($0.utf8.count):\($0)" }.joined()).description
  }

  private static func parts(of when: When) -> [String] {
    switch when {
    case .event(let rule):
      return ["event", rule.name.rawValue, rule.only.rawValue, rule.condition?.text ?? ""]
    case .cartIdle(let idle): return ["cart_idle", text(idle)]
    case .runsOut(let rule):
      let cycle =
        switch rule.cycle {
        case .product: "product"
        case .learned: "learned"
        case .fixed(let duration): text(duration)
        }
      return ["runs_out", cycle, text(rule.lead), text(rule.combine)]
    case .anniversary(let rule):
      return [
        "anniversary", rule.of.rawValue, text(rule.before), rule.at.description, rule.leapDay.rawValue,
      ]
    case .lapsed(let duration): return ["lapsed", text(duration)]
    }
  }

  private static func text(_ duration: Duration?) -> String {
    duration.map { DurationText.shown($0) } ?? ""
  }
}
