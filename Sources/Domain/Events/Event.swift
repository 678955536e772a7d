/// The name of an event: snake_case, `order_completed`, or a shop's own such as `quiz_finished`.
package struct EventName: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral
{
  package let rawValue: String
  package init(_ rawValue: String) { self.rawValue = rawValue }
  package init(stringLiteral value: String) { rawValue = value }
  package var description: String { rawValue }
  package static func < (a: EventName, b: EventName) -> Bool { a.rawValue < b.rawValue }

  package static let orderCompleted: EventName = "order_completed"
  package static let orderPending: EventName = "order_pending"
  package static let orderCancelled: EventName = "order_cancelled"
  package static let orderRefunded: EventName = "order_refunded"
  package static let productAdded: EventName = "product_added"
  package static let productRemoved: EventName = "product_removed"
  package static let cartUpdated: EventName = "cart_updated"
  package static let cartViewed: EventName = "cart_viewed"
  package static let cartEmptied: EventName = "cart_emptied"
  package static let checkoutStarted: EventName = "checkout_started"
  package static let customerIdentified: EventName = "customer_identified"
  package static let consentGranted: EventName = "consent_granted"
  package static let consentWithdrawn: EventName = "consent_withdrawn"

  /// The names with a meaning for the program; a shop may have any others.
  package static let wellKnown: [EventName] = [
    .orderCompleted, .orderPending, .orderCancelled, .orderRefunded, .productAdded, .productRemoved,
    .cartUpdated, .cartViewed, .cartEmptied, .checkoutStarted, .customerIdentified, .consentGranted,
    .consentWithdrawn,
  ]
}

/// Something a customer did, as reported by the shop.
package struct Event: Equatable, Sendable {
  /// The sender's id of the event; another event with the same id changes nothing.
  package var messageID: String
  package var name: EventName
  /// When it happened.
  package var at: Instant
  /// When Reprise received it.
  package var receivedAt: Instant
  package var properties: Record

  package init(
    messageID: String, name: EventName, at: Instant, receivedAt: Instant, properties: Record = Record()
  ) {
    self.messageID = messageID
    self.name = name
    self.at = at
    self.receivedAt = receivedAt
    self.properties = properties
  }

  /// The prefix of ids made here for events sent without one.
  package static let madeIDPrefix = "sha256:"

  /// Whether a repetition may get another id: it was made from the time of receipt, because the sender gave
  /// neither an id nor a time.
  package var hasMadeID: Bool { messageID.utf8.starts(with: Self.madeIDPrefix.utf8) }
}

/// An event's meaning for the program, decoded from any form.
package enum EventEffect: Equatable, Sendable {
  /// The customer's fields, from an identify call or an import.
  case identify(CustomerTraits)
  /// Placed, or pending payment; the order says which.
  case orderPlaced(Order)
  case orderCancelled(orderID: String)
  /// See `Order.refund`.
  case orderRefunded(orderID: String, amount: Money?, returned: [ReturnedLine] = [])
  case cartChanged(cartID: String, url: String?, change: CartChange.Kind)
  /// The customer's own word on these channels. Unlike a flag among the fields of an identify call, such a
  /// grant undoes a withdrawal.
  case consent([ChannelName], ConsentState)
  /// Changes no state besides the event itself.
  case none

  package static func consent(_ channel: ChannelName, _ state: ConsentState) -> EventEffect {
    .consent([channel], state)
  }

  package var isNone: Bool { if case .none = self { true } else { false } }
}

/// An incoming event: whose, what, and what it changes.
package struct IncomingEvent: Equatable, Sendable {
  /// The shop's customer id.
  package var customerID: String
  package var event: Event
  package var effect: EventEffect
  /// What the sender says about the customer in an event about something else; applied before the effect by
  /// the rules of an identify call. `nil` for nothing.
  package var traits: CustomerTraits?

  package init(customerID: String, event: Event, effect: EventEffect, traits: CustomerTraits? = nil) {
    self.customerID = customerID
    self.event = event
    self.effect = effect
    self.traits = traits
  }
}
