internal import Domain
internal import Platform

/// Builds the statements that carry out a `MessageTransition`. Keep the result in a `static let`.
enum MessageUpdate {
  /// An `UPDATE messages` for a fact, from the states that allow it, with everything that it records.
  ///
  /// - Parameters:
  ///   - sources: restricts the states; the fact must mean the same in all that remain.
  ///   - set: the assignments whose values the caller binds. Must include each column with a value that the
  ///     transition records.
  ///   - condition: which messages, besides their state.
  ///   - result: what to return for each changed message.
  static func statement(
    _ fact: MessageFact, from sources: [MessageState]? = nil, set: String = "", where condition: String,
    returning result: String? = nil
  ) -> SQLText {
    statement(fact, from: sources, set: set, returning: result) { "\(condition) AND \($0.isOneOf)" }
  }

  /// Likewise, with a condition that depends on the states.
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

  /// One statement for several facts about messages in one state, which differ only in the next state. The
  /// caller binds that in `set`.
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

  /// The transition common to all these facts and states; its state is the first fact's.
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
    // If there is no claim, clearing it changes nothing.
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

  /// The assignments without a bound value.
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
  /// The condition that a message is in this state, as written in the partial indexes.
  var isState: String { "state = '\(rawValue)'" }
}

extension [MessageState] {
  /// The condition that a message is in one of these states.
  var isOneOf: String {
    count == 1 ? self[0].isState : "state IN (\(map { "'\($0.rawValue)'" }.joined(separator: ", ")))"
  }

  /// The same as written in partial indexes over several states: SQLite recognises no other form.
  var isEither: String { "(\(map(\.isState).joined(separator: " OR ")))" }
}
