import Domain

extension GateRule {
  /// Skips a step that is later behind its due time than it may be; at exactly that time it still goes. Skips also what
  /// fell due while the record was lost, because it may have gone out then.
  static let expired = GateRule(.expired) { question in
    let values: Record = ["due_at": .instant(question.dueAt), "expires_at": .instant(question.expiresAt)]
    if let gap = question.program.recordGap, gap.contains(question.enrollment.nextDueAt ?? question.dueAt) {
      return .skip(.expired, values.adding("restored_at", .instant(gap.to)))
    }
    return question.now > question.expiresAt ? .skip(.expired, values) : .pass(values)
  }
}
