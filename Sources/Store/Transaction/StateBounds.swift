package import Domain

/// What of a long history is loaded: the last ones of everything, the first ones where they matter, and what is named
/// here. Of a customer without a long history everything is.
package struct StateBounds: Sendable {
  /// The shop's, in which `OrderBook` counts.
  package var currency: Currency
  /// Triggers whose enrollments are looked at.
  package var triggers: Set<TriggerID>
  /// Orders by their ids.
  package var orders: [CustomerKey: Set<ExactText>] = [:]
  /// Enrollments by their keys.
  package var enrollments: [CustomerKey: [Int64]] = [:]

  /// What each part of the states that are loaded together may take, in bytes as stored: customers, carts, orders,
  /// events of one name. A batch of ordinary customers stays below it.
  package var bytes = 4 << 20
  /// Whether the first customer is loaded whatever it takes.
  package var admitsFirst = true

  /// Enrollments of one customer that are loaded without a look at their triggers.
  package static let enrollments = 32
  /// Of one with more, the newest ones of each trigger.
  package static let enrollmentsOfTrigger = 24
  /// The newest events of one name.
  package static let events = 16
  /// And the oldest ones.
  package static let firstEvents = 2

  package init(currency: Currency, triggers: Set<TriggerID>) {
    self.currency = currency
    self.triggers = triggers
  }
}
