import Domain

extension GateRule {
  /// Skips a step that is later behind its due time than it may be; at exactly that time it still goes. Skips also one
  /// that a late message before it has moved past the date it is about, and what fell due while the record was lost,
  /// because it may have gone out then.
  static let expired = GateRule(.expired) { question in
    let timing = question.timing
    var values: Record = ["due_at": .instant(timing.dueAt), "expires_at": .instant(timing.expiresAt)]
    if let follows = timing.follows { values["after_step"] = .string(follows.step.rawValue) }
    if let gap = question.program.recordGap, gap.contains(question.enrollment.nextDueAt ?? question.dueAt) {
      return .skip(.expired, values.adding("restored_at", .instant(gap.to)))
    }
    return question.now > timing.expiresAt || timing.isTooLate ? .skip(.expired, values) : .pass(values)
  }
}
