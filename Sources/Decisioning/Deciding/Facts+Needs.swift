package import Domain

// What must be loaded for deciding; the rest of `Facts` may be empty without changing a decision.

extension Trigger {
  /// Whether deciding reads `Facts.eventsSince`.
  package var asksForEvents: Bool { steps.contains { !$0.unless.isEmpty } }
}

extension Program {
  /// Whether deciding about the enrollment reads `Facts.messages`: a step came before, and another may
  /// follow.
  package func asksForStepMessages(of enrollment: Enrollment) -> Bool {
    !enrollment.doneSteps.isEmpty && triggers[enrollment.trigger].map { $0.steps.count > 1 } ?? false
  }
}

extension Limits {
  /// How far back `Facts.capEntries` must reach; `nil` without caps.
  package var capReach: Duration? { caps.map(\.window.reach).max() }
}
