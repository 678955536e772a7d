package import Domain

extension GateRule {
  /// Skips a step that is too far behind its due time; exactly at the limit it still goes. Also skips a step
  /// that an earlier late message has moved past its date, and what fell due while the record was lost, since
  /// it may have been sent then.
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

extension WireRule {
  /// Ends a message at its expiry.
  static let expired = WireRule(.expired) { question in
    let message = question.message
    return message.expiresAt <= question.now
      ? .skip(.expired, Decider.expiry(dueAt: message.dueAt, expiresAt: message.expiresAt)) : .pass()
  }
}

extension Decider {
  /// The same answer for a message that was not claimed in time.
  package static func overdue(dueAt: Instant, expiresAt: Instant) -> Decision {
    let entry = TraceEntry(
      gate: .expired, passed: false, values: expiry(dueAt: dueAt, expiresAt: expiresAt))
    return Decision(verdict: .skip(.expired, endsEnrollment: false), trace: [entry])
  }

  fileprivate static func expiry(dueAt: Instant, expiresAt: Instant) -> Record {
    ["due_at": .instant(dueAt), "expires_at": .instant(expiresAt)]
  }
}
