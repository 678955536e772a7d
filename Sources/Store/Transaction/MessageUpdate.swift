internal import Domain
internal import Platform

/// Makes the statements that carry out `MessageTransition`. Keep what it makes in a `static let`.
enum MessageUpdate {
  /// `UPDATE messages` for a fact: from the states in which it is taken, with all that is recorded of it.
  ///
  /// - Parameters:
  ///   - sources: narrows the states; in all that are left the fact must mean the same.
  ///   - set: the assignments whose values the caller binds. They must name each column that the transition records
  ///     and that has a value.
  ///   - condition: which messages, beside their state.
  ///   - result: what to return of each message that has changed.
  static func statement(
    _ fact: MessageFact, from sources: [MessageState]? = nil, set: String = "", where condition: String,
    returning result: String? = nil
  ) -> SQLText {
    statement(fact, from: sources, set: set, returning: result) { "\(condition) AND \($0.isOneOf)" }
  }

  /// The same with a condition made from the states.
  static func statement(
    _ fact: MessageFact, from sources: [MessageState]? = nil, set: String = "",
    returning result: String? = nil, where condition: ([MessageState]) -> String
  ) -> SQLText {
    let sources = sources ?? MessageTransition.sources(of: fact)
    let transition = common(of: [fact], from: sources)
    guard let state = transition.state else { preconditionFailure("\(fact) removes the row") }
    precondition(
      sources.allSatisfy { MessageTransition($0, fact)?.state == state }, "\(fact) has several ends")
    let move = sources == [state] ? "" : "state = '\(state.rawValue)'"
    return statement(
      [move] + assignments(transition.writes, given: set),
      where: condition(sources) + (fact.needsUndelivered ? " AND maybe_delivered = 0" : ""), result)
  }

  /// One statement for several facts of messages in one state, which differ only in the state that follows. The caller
  /// binds that in `set`.
  static func statement(
    anyOf facts: [MessageFact], from source: MessageState, set: String, where condition: String
  ) -> SQLText {
    statement(
      assignments(common(of: facts, from: [source]).writes, given: set),
      where: "\(condition) AND \([source].isOneOf)", nil)
  }

  private static func statement(_ set: [String], where condition: String, _ result: String?) -> SQLText {
    let end = result.map { " RETURNING \($0)" } ?? ""
    let assignments = set.filter { !$0.isEmpty }.joined(separator: ", ")
    return SQLText("UPDATE messages SET \(assignments) WHERE \(condition)\(end)")
  }

  /// What all these facts mean in all these states; of the state what the first means.
  private static func common(of facts: [MessageFact], from sources: [MessageState]) -> MessageTransition {
    var all: [MessageTransition] = []
    for fact in facts {
      for source in sources {
        guard let transition = MessageTransition(source, fact) else {
          preconditionFailure("\(fact) is refused in state \(source.rawValue)")
        }
        all.append(transition)
      }
    }
    // Clearing the claim of what has none changes nothing.
    let writes = all.map { $0.writes.subtracting(.claimEnd) }
    precondition(writes.allSatisfy { $0 == writes.first }, "\(facts) means different things in \(sources)")
    return all.first { $0.writes.contains(.claimEnd) } ?? all[0]
  }

  private static func assignments(_ writes: MessageTransition.Writes, given set: String) -> [String] {
    for (write, column) in valued where writes.contains(write) {
      precondition(set.contains("\(column) = "), "no value for \(column)")
    }
    return fixed.filter { writes.contains($0.write) }.map(\.assignment) + [set]
  }

  /// What the table records without a value.
  private static let fixed: [(write: MessageTransition.Writes, assignment: String)] = [
    (.claimEnd, "claim_token = NULL, lease_until = NULL"), (.attempt, "attempt = attempt + 1"),
    (.attemptBack, "attempt = attempt - 1"), (.maybeDelivered, "maybe_delivered = 1"),
  ]

  private static let valued: [(write: MessageTransition.Writes, column: String)] = [
    (.claim, "claim_token"), (.claim, "lease_until"), (.dueAt, "due_at"), (.expiresAt, "expires_at"),
    (.address, "address"), (.handoffAt, "first_handoff_at"), (.outcome, "outcome"), (.end, "final_at"),
  ]
}

extension MessageState {
  /// The condition that a message is in this state, as the partial indexes have it.
  var isState: String { "state = '\(rawValue)'" }
}

extension [MessageState] {
  /// The condition that a message is in one of these states.
  var isOneOf: String {
    count == 1 ? self[0].isState : "state IN (\(map { "'\($0.rawValue)'" }.joined(separator: ", ")))"
  }

  /// The same in the form in which partial indexes over several states have it: SQLite takes it for theirs in no other.
  var isEither: String { "(\(map(\.isState).joined(separator: " OR ")))" }
}
