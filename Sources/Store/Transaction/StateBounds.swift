package import Domain

/// How much of a long history is loaded: the latest of everything, the first where they matter, and what is
/// named here. A short history is loaded completely.
package struct StateBounds: Sendable {
  /// The shop's currency, which `OrderBook` counts in.
  package var currency: Currency
  /// The triggers whose enrollments are needed.
  package var triggers: Set<TriggerID>
  /// Orders to load by id.
  package var orders: [CustomerKey: Set<ExactText>] = [:]
  /// Enrollments to load by key.
  package var enrollments: [CustomerKey: [Int64]] = [:]

  /// Maximum size of each part of all loaded states together, in bytes as stored: customers, carts, orders,
  /// events of one name. A batch of ordinary customers stays below it.
  package var bytes = 4 << 20
  /// Whether the first customer is loaded at any size.
  package var admitsFirst = true

  /// Whether orders are counted in windows: then all orders of a real person are loaded.
  package var countsOrders = false

  /// What counts as a long history.
  package var history: History

  package init(currency: Currency, triggers: Set<TriggerID>, history: History = .short) {
    self.currency = currency
    self.triggers = triggers
    self.history = history
  }

  /// The size up to which a history is loaded completely, and what is loaded of a longer one.
  package struct History: Sendable {
    /// Maximum orders; a customer with more has a book.
    package var orders: Int
    /// How many of the newest orders are loaded beyond the maximum, besides those in the book.
    package var lastOrders: Int
    /// Maximum enrollments, over all triggers.
    package var enrollments: Int
    /// How many of each trigger's newest enrollments are loaded beyond the maximum.
    package var enrollmentsOfTrigger: Int
    /// Maximum events of one name. Beyond it, only this many of the newest are loaded,
    package var events: Int
    /// and this many of the oldest.
    package var firstEvents: Int
    /// Maximum size as stored of the orders, and of the events of one name; more also counts as long.
    package var bytes: Int

    /// For every event: the cost does not grow with the length of the history.
    package static let short = History(
      orders: OrderBook.threshold, lastOrders: 0, enrollments: 32, enrollmentsOfTrigger: 24, events: 16,
      firstEvents: 2, bytes: .max)
    /// For one pass over everything, such as planning an import: complete for any real person, bounded for an id that
    /// many people share.
    package static let long = History(
      orders: 1000, lastOrders: 1000, enrollments: 1000, enrollmentsOfTrigger: 500, events: 1000,
      firstEvents: 2, bytes: 2 << 20)
  }
}
