/// One customer's whole state for planning, loaded by intake or the scheduler.
package struct CustomerState: Equatable, Sendable {
  package var customer: Customer
  /// All known orders, standing or not; sorted by `placedAt`, then id, unplaced ones last.
  package var orders: [Order]
  /// For a customer with a long history, only some of whose orders are in `orders`; `nil` if all are.
  package var orderBook: OrderBook?
  package var carts: [Cart]
  /// The events that triggers ask for by name, sorted by time; never order events, which are represented in
  /// `orders`.
  package var events: [Event]
  /// Names with only some of their events in `events`: gaps may be up to this moment, before the newest ones.
  package var eventGaps: [EventName: Instant] = [:]
  /// The customer's enrollments in every trigger and every state, in the order they were planned.
  package var enrollments: [Enrollment]
  /// In segments; one without an entry is not in it, and time alone does not change that.
  package var memberships: [SegmentID: Membership] = [:]
  /// What segments and measures count of the customer's events and messages.
  package var tallies: [TallyID: Tally] = [:]

  package init(
    customer: Customer, orders: [Order] = [], carts: [Cart] = [], events: [Event] = [],
    enrollments: [Enrollment] = []
  ) {
    self.customer = customer
    self.orders = orders
    self.carts = carts
    self.events = events
    self.enrollments = enrollments
  }
}

extension CustomerState {
  /// Orders that count, oldest first.
  package var standingOrders: [Order] { orders.filter(\.stands) }
}

/// The shop's products and what is learned about them, independent of customers.
package struct Catalog: Equatable, Sendable {
  package var products: [ExactText: Product]
  /// The median interval between two orders of the same SKU, over all customers who bought it twice.
  package var learnedCycles: [ExactText: Duration]

  package init(products: [ExactText: Product] = [:], learnedCycles: [ExactText: Duration] = [:]) {
    self.products = products
    self.learnedCycles = learnedCycles
  }
}
