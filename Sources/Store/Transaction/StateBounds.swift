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

  /// How long a history is a long one.
  package var history: History

  package init(currency: Currency, triggers: Set<TriggerID>, history: History = .short) {
    self.currency = currency
    self.triggers = triggers
    self.history = history
  }

  /// Up to where a customer's history is loaded whole, and what is loaded of a longer one.
  package struct History: Sendable {
    /// Orders; of a customer with more there is a book.
    package var orders: Int
    /// Of one with more, the newest ones, beside those that the book names.
    package var lastOrders: Int
    /// Enrollments, without a look at their triggers.
    package var enrollments: Int
    /// Of one with more, the newest ones of each trigger.
    package var enrollmentsOfTrigger: Int
    /// Events of one name. When there are more, only this many of the newest are loaded,
    package var events: Int
    /// and this many of the oldest.
    package var firstEvents: Int
    /// What the orders, and the events of one name, may take as stored; more is a long history too.
    package var bytes: Int

    /// For what is asked with every event: what went before does not make it dearer.
    package static let short = History(
      orders: OrderBook.threshold, lastOrders: 0, enrollments: 32, enrollmentsOfTrigger: 24, events: 16,
      firstEvents: 2, bytes: .max)
    /// For what looks at everything once, as planning an import does: whole for any one person, bounded for an id that
    /// stands for a crowd.
    package static let long = History(
      orders: 1000, lastOrders: 1000, enrollments: 1000, enrollmentsOfTrigger: 500, events: 1000,
      firstEvents: 2, bytes: 2 << 20)
  }
}
