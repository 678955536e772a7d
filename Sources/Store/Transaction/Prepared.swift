package import Domain

/// A message with its long column written out already, so that the writing thread has only to write.
package struct PreparedMessage: Sendable {
  package let message: NewMessage
  let content: String

  package init(_ message: NewMessage) {
    self.message = message
    content = message.content.stored
  }
}

/// The same for a decision.
package struct PreparedDecision: Sendable {
  package let decision: StoredDecision
  let trace: String

  package init(_ decision: StoredDecision) {
    self.decision = decision
    trace = decision.trace.stored
  }
}
