import Domain

extension GateRule {
  /// Skips a step that is later behind its due time than it may be; at exactly that time it still goes.
  static let expired = GateRule(.expired) { question in
    let values: Record = ["due_at": .instant(question.dueAt), "expires_at": .instant(question.expiresAt)]
    return question.now > question.expiresAt ? .skip(.expired, values) : .pass(values)
  }
}
