package import Domain
internal import Platform

extension Transaction {
  /// The complete states of these customers, restricted to `parts`, however much memory they take; the reference for
  /// bounded states. Unknown customers are missing.
  package func states(of keys: [CustomerKey], parts: StateParts) throws -> [CustomerKey: CustomerState] {
    try states(of: customers(keys: keys), parts: parts)
  }

  /// Those of these customers that exist.
  func customers(keys: [CustomerKey]) throws -> [Customer] {
    var customers: [Customer] = []
    customers.reserveCapacity(keys.count)
    try connection.queryBatch(
      Self.customerStatement, count: keys.count, bind: { try $1.bind(keys[$0]) }
    ) { _, row in customers.append(try Customer(row)) }
    return customers
  }

  /// Likewise for customers that are already loaded.
  package func states(of customers: [Customer], parts: StateParts) throws -> [CustomerKey: CustomerState] {
    var orders = [[Order]](repeating: [], count: customers.count)
    var carts = [[Cart]](repeating: [], count: customers.count)
    var enrollments = [[Enrollment]](repeating: [], count: customers.count)
    var events = [[Event]](repeating: [], count: customers.count)
    var memberships = [[SegmentID: Membership]](repeating: [:], count: customers.count)
    var tallies = [[TallyID: Tally]](repeating: [:], count: customers.count)
    for part in StateParts.Part.allCases where parts.contains(part) {
      switch part {
      case .orders:
        try connection.queryBatch(
          Self.ordersStatement, count: customers.count, bind: { try $1.bind(customers[$0].key) }
        ) { index, row in orders[index].append(try Order(row)) }
        // The databases sort texts and NULLs differently.
        for index in orders.indices { orders[index].arrange() }
      case .carts:
        try connection.queryBatch(
          Self.cartsStatement, count: customers.count,
          bind: { try $1.bind(customers[$0].key) }
        ) { index, row in carts[index].append(try Cart(row)) }
      case .enrollments:
        try connection.queryBatch(
          Self.enrollmentsStatement, count: customers.count, bind: { try $1.bind(customers[$0].key) }
        ) { index, row in enrollments[index].append(try Enrollment(row)) }
      case .memberships:
        try connection.queryBatch(
          Self.membershipsStatement, count: customers.count, bind: { try $1.bind(customers[$0].key) }
        ) { index, row in
          memberships[index][SegmentID(row.string(Membership.Column.segment))] = try Membership(row)
        }
        try connection.queryBatch(
          Self.talliesStatement, count: customers.count, bind: { try $1.bind(customers[$0].key) }
        ) { index, row in tallies[index][TallyID(row.string(0))] = try Tally(stored: row.bytes(1)) }
      case .customer, .products: break
      }
    }
    for name in parts.eventNames.sorted() {
      try connection.queryBatch(
        Self.eventsStatement, count: customers.count,
        bind: {
          try $1.bind(customers[$0].key)
          try $1.bind(name.rawValue)
        }
      ) { index, row in events[index].append(try Event(row)) }
    }
    for index in events.indices where events[index].count > 1 {
      events[index].sort { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
    }
    var states: [CustomerKey: CustomerState] = [:]
    states.reserveCapacity(customers.count)
    for (index, customer) in customers.enumerated() {
      states[customer.key] = CustomerState(
        customer: customer, orders: orders[index], carts: carts[index], events: events[index],
        enrollments: enrollments[index])
      states[customer.key]?.memberships = memberships[index]
      states[customer.key]?.tallies = tallies[index]
    }
    return states
  }
}

extension Transaction {
  static let customerStatement = SQLText(
    constant: Customer.select + " WHERE key = ?1 AND joined_into IS NULL")
  static let cartsStatement = SQLText(constant: Cart.select + " WHERE customer = ?1 ORDER BY id")
  private static let ordersStatement = SQLText(constant: Order.select + " WHERE customer = ?1")
  private static let enrollmentsStatement = SQLText(
    constant: Enrollment.select + " WHERE e.customer = ?1 ORDER BY e.key")
  private static let eventsStatement = SQLText(constant: Event.select + " WHERE customer = ?1 AND name = ?2")
}
