package import Domain

extension Program {
  /// The rules that decide how long things wait, as texts to compare with those of the previous program: what waits by
  /// a changed rule is decided again.
  package struct WaitingRules: Sendable {
    /// For openings: the quiet hours, and the default zone of customers.
    package var windows: String
    /// For addresses, by trigger: its steps' channels, and what determines whether a channel reaches a customer.
    package var reach: [TriggerID: String]

    /// The rules whose texts differ.
    package struct Changes: Sendable {
      package var windows: Bool
      package var reach: Set<TriggerID>
    }

    /// Adopts the rules of another program, keeping those of removed triggers.
    ///
    /// - Returns: what must be decided again. Nothing can be waiting by a new rule.
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
