package import Domain
package import Platform

extension Transaction {
  /// The state of the messages of these enrollments' steps, by enrollment; those given up before the handoff
  /// are omitted.
  ///
  /// - Parameter enrollments: each with its customer and the time of its first decision, before which it has no
  ///   messages.
  package func stepMessages(
    of enrollments: [(key: Int64, customer: CustomerKey, since: Instant)]
  ) throws -> [Int64: [StepMessage]] {
    var messages: [Int64: [StepMessage]] = [:]
    try connection.queryBatch(
      Self.stepMessagesStatement, count: enrollments.count,
      bind: {
        try $1.bind(enrollments[$0].customer)
        try $1.bind(enrollments[$0].since)
        try $1.bind(enrollments[$0].key)
      }
    ) { index, row in
      let state = try row.word(1, as: MessageState.self)
      let progress: StepMessage.Progress =
        switch state {
        case .waiting: .underWay(from: row.instant(2), until: row.instant(3))
        case .queued, .leased, .handoff: .underWay(from: .distantPast, until: row.instant(3))
        case .ambiguous, .quarantined, .sent, .dead, .expired, .cancelled, .suppressed:
          .handedOver(at: row.instant(4))
        }
      messages[enrollments[index].key, default: []].append(
        StepMessage(step: StepID(row.string(0)), progress: progress))
    }
    return messages
  }

  /// A test asserts that it uses `messages_customer`. A message that an operator settled as `dead` did not
  /// arrive; one that ended for another reason after an attempt without an answer may have.
  package static let stepMessagesStatement = SQLText(
    "SELECT step, state, due_at, expires_at, COALESCE(last_handoff_at, first_handoff_at, final_at, created_at) FROM messages WHERE customer = ?1 AND created_at >= ?2 AND enrollment = ?3 AND (\(MessageState.reaching.isOneOf) OR (maybe_delivered = 1 AND NOT (\(MessageState.dead.isState) AND outcome = '\(OutcomeClass.ambiguous.rawValue)')))"
  )
}
