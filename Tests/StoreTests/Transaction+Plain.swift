import Domain
import Store

extension Transaction {
  func save(_ carts: [(customer: CustomerKey, cart: Cart)]) throws {
    try save(carts.map { ($0.customer, PreparedCart($0.cart)) })
  }

  func insert(_ events: [(customer: CustomerKey, event: Event)]) throws {
    _ = try insert(events.map { ($0.customer, PreparedEvent($0.event)) })
  }

  func update(_ enrollments: [Enrollment]) throws { try update(enrollments.map { PreparedEnrollment($0) }) }
}
