/// Everything the planners of triggers look at: one customer's whole state, loaded by intake or the scheduler.
package struct CustomerState: Equatable, Sendable {
  package var customer: Customer
  /// Every order known, those not standing included; sorted by `placedAt`, then id, unplaced ones last.
  package var orders: [Order]
  /// Of a customer with a long history, of whose orders only some are among `orders`; `nil` when they are all there.
  package var orderBook: OrderBook?
  package var carts: [Cart]
  /// Events that a trigger asks for by name, sorted by time; never those of orders, whose meaning stands in `orders`.
  package var events: [Event]
  /// Names of which only some are among `events`: those up to this moment, the newest ones and those named.
  package var eventGaps: [EventName: Instant] = [:]
  /// The customer's enrollments in every trigger and every state, in the order they were planned.
  package var enrollments: [Enrollment]

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

/// What is known of the shop's goods beyond one customer.
package struct Catalog: Equatable, Sendable {
  package var products: [ExactText: Product]
  /// Median interval between two orders of the same sku, over all customers who bought it twice.
  package var learnedCycles: [ExactText: Duration]

  package init(products: [ExactText: Product] = [:], learnedCycles: [ExactText: Duration] = [:]) {
    self.products = products
    self.learnedCycles = learnedCycles
  }
}
