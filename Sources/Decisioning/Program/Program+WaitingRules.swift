package import Domain

extension Program {
  /// By what things wait, as texts that are compared with those of the program before: who waits by a rule that has
  /// changed is asked again.
  package struct WaitingRules: Sendable {
    /// Of openings: the quiet hours, and the zone of customers who have none.
    package var windows: String
    /// Rules for addresses, by trigger: its steps' channels and what decides whether a channel reaches a customer.
    package var reach: [TriggerID: String]

    /// Those that are another text than before.
    package struct Changes: Sendable {
      package var windows: Bool
      package var reach: Set<TriggerID>
    }

    /// Takes over those of another program and keeps those of triggers that are gone.
    ///
    /// - Returns: what has to be asked again. By what is new nobody waits.
    package mutating func follow(_ new: WaitingRules) -> Changes {
      let changes = Changes(
        windows: !windows.hasSameBytes(as: new.windows),
        reach: Set(
          new.reach.filter { id, text in reach[id].map { !$0.hasSameBytes(as: text) } ?? false }.keys))
      windows = new.windows
      reach.merge(new.reach) { $1 }
      return changes
    }
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
