/// A well-formed event, or part of one, that is refused because of stored data.
package struct IntakeRefusal: Equatable, Sendable {
  package enum Reason: String, Sendable, CaseIterable {
    /// The message id belongs to another event.
    case messageIDReused = "message_id_reused"
    /// Another customer has placed the order.
    case orderOfAnother = "order_of_another_customer"
    /// The shop has the maximum of event names.
    case tooManyEventNames = "too_many_event_names"
    /// The customer has the maximum of attributes, their size, or channels of consent. The rest of the event
    /// was accepted.
    case tooManyAttributes = "too_many_attributes"
    /// The customer is unknown, and this cannot create one.
    case unknownCustomer = "unknown_customer"
    /// Processing it crashed the program twice.
    case quarantined
  }

  /// The index among the events given.
  package var position: Int
  package var reason: Reason
  /// Whether it contained a withdrawal of consent, which was still recorded.
  package var isWithdrawalTaken = false

  package init(position: Int, reason: Reason, isWithdrawalTaken: Bool = false) {
    self.position = position
    self.reason = reason
    self.isWithdrawalTaken = isWithdrawalTaken
  }

  /// The field of the event in the Segment API, and what to do about it.
  package var explanation: (field: String, reason: String) {
    let (field, text) = refused
    return (field, isWithdrawalTaken ? "\(text); the withdrawal of consent in it was taken" : text)
  }

  private var refused: (field: String, reason: String) {
    switch reason {
    case .messageIDReused:
      ("messageId", "stands for another event already, which was kept; give each event an id of its own")
    case .unknownCustomer:
      ("userId", "nobody with this id or address is known; import customers first, and these rows again")
    case .quarantined:
      ("messageId", "taking this event in ended the program twice; see: reprise quarantine list")
    case .orderOfAnother:
      ("properties.order_id", "the order belongs to another customer; send the event with that customer's id")
    case .tooManyEventNames:
      (
        "event",
        "a new name, and the shop has \(IntakeLimits.eventNames) already; put what varies into properties"
      )
    case .tooManyAttributes:
      (
        "traits",
        "names were left out, as the customer has \(Customer.maximumAttributes) attributes, "
          + "\(Customer.maximumAttributeBytes / 1024) KB of them or \(Customer.maximumConsents) channels already; "
          + "give names to kinds of values, not to values"
      )
    }
  }

  package var isEventKept: Bool { reason == .tooManyAttributes }
}

/// Limits of the event API over the life of a shop. Imports, which an operator starts, have no such limit.
package enum IntakeLimits {
  /// Event names unknown to both the program and the triggers.
  package static let eventNames = 2000
}
