/// An event, or a part of one, that is well formed and yet not taken in view of what is stored.
package struct IntakeRefusal: Equatable, Sendable {
  package enum Reason: String, Sendable, CaseIterable {
    /// The message id stands for another event already.
    case messageIDReused = "message_id_reused"
    /// The order was placed by another customer.
    case orderOfAnother = "order_of_another_customer"
    /// One more name of an event than the shop may have.
    case tooManyEventNames = "too_many_event_names"
    /// One more name of an attribute, or channel of consent, or more bytes of attributes than a customer may have. The
    /// rest of the event was taken.
    case tooManyAttributes = "too_many_attributes"
    /// Taking it in ended the program by a trap, twice.
    case quarantined
  }

  /// Which of the events given, from 0.
  package var position: Int
  package var reason: Reason
  /// Whether it took back consent, which counts all the same.
  package var isWithdrawalTaken = false

  package init(position: Int, reason: Reason, isWithdrawalTaken: Bool = false) {
    self.position = position
    self.reason = reason
    self.isWithdrawalTaken = isWithdrawalTaken
  }

  /// Where in an event of the Segment API it lies, and what to do about it.
  package var explanation: (field: String, reason: String) {
    let (field, text) = refused
    return (field, isWithdrawalTaken ? "\(text); the withdrawal of consent in it was taken" : text)
  }

  private var refused: (field: String, reason: String) {
    switch reason {
    case .messageIDReused:
      ("messageId", "stands for another event already, which was kept; give each event an id of its own")
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

/// What intake takes from the event API over the life of a shop. Imports, which an operator starts, have no such limit.
package enum IntakeLimits {
  /// Names of events that neither the program nor a trigger knows.
  package static let eventNames = 2000
}
