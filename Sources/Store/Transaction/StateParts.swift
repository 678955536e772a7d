package import Domain

/// What of a customer's state is loaded beside the customer.
package struct StateParts: Sendable, Equatable {
  package var orders: Bool
  package var carts: Bool
  package var enrollments: Bool
  /// Names of the events to load; empty loads none.
  package var eventNames: Set<EventName>

  package init(
    orders: Bool = false, carts: Bool = false, enrollments: Bool = false, eventNames: Set<EventName> = []
  ) {
    self.orders = orders
    self.carts = carts
    self.enrollments = enrollments
    self.eventNames = eventNames
  }
}
