package import Domain
package import Platform

/// The rules that decide how long things wait, as texts by name.
extension Transaction {
  /// Stores the rules.
  ///
  /// - Returns: the names of changed rules, without new ones, since nothing can be waiting by them yet.
  package func changed(waitingRules rules: [(name: String, text: String)]) throws -> [String] {
    var changed: [String] = []
    for rule in rules {
      let name = "waits:" + rule.name
      let before = try storedMeta(name)
      if let before, before.hasSameBytes(as: rule.text) { continue }
      try setMeta(name, rule.text)
      if before != nil { changed.append(rule.name) }
    }
    return changed
  }

  /// Makes everything that waits for an opening due now. Messages do not record what they wait for, so those that wait
  /// for a retry are also tried once, early.
  package func askAgainForOpenings(now: Instant) throws {
    // An opening is never further away than this.
    try connection.run(Self.askForOpeningsStatement, [now.sql, (now + .days(3)).sql])
    try connection.run(Self.askMessagesStatement, [now.sql])
  }

  private static let askMessagesStatement = MessageUpdate.statement(
    .broughtForward, set: "due_at = ?1", where: "due_at > ?1")

  /// A test asserts that it uses the due index.
  package static let askForOpeningsStatement: SQLText =
    "UPDATE enrollments SET next_due_at = ?1 WHERE state = 'active' AND next_due_at > ?1 AND next_due_at <= ?2 AND EXISTS (SELECT 1 FROM decisions d WHERE d.enrollment = enrollments.key AND d.verdict = 'defer' AND d.gate = 'quiet_hours' AND d.until = enrollments.next_due_at)"

  /// Re-checks whatever waits for an address under a trigger: messages at once, steps as customers are re-planned.
  package func askAgainForAddresses(of trigger: TriggerID, now: Instant) throws {
    try setReplanAfter(CustomerKey(0), of: trigger)
    try bringForward(waitingFor: trigger, until: .distantFuture, now: now)
  }
}
