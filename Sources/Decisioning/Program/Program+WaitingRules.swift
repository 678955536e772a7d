package import Domain

extension Program {
  /// By what things wait, as texts that are compared with those of the program before: who waits by a rule that has
  /// changed is asked again.
  package struct WaitingRules: Sendable {
    /// Of openings: the quiet hours, and the zone of customers who have none.
    package var windows: String
    /// Of addresses, by trigger: which channels its steps have and what decides whether one reaches somebody.
    package var reach: [TriggerID: String]
  }

  package var waitingRules: WaitingRules {
    let hours = limits.quietHours.map { "\($0.from)-\($0.to)" } ?? "none"
    return WaitingRules(
      windows: "\(hours) \(brand.zone.name)", reach: triggers.mapValues { reach(of: $0) })
  }

  private func reach(of trigger: Trigger) -> String {
    let steps = trigger.steps.map { step in
      let reached = step.channels.map { name in
        let policy = channels[name]
        return "\(name) \(policy?.address.rawValue ?? "") \(policy?.consent.rawValue ?? "")"
      }
      return "\(step.id): \(reached.joined(separator: ", "))"
    }
    return ([trigger.purpose.rawValue] + steps).joined(separator: "; ")
  }
}
