internal import Domain
internal import Store

/// Generated products, customers and their actions; the same in each run.
enum Stock {
  static let currency = Currency("CNY") ?? .unknown

  static let products: [Product] = (0..<20).map { number in
    let price = Money(minorUnits: Int64(4800 + number * 700), currency: currency)
    return Product(
      sku: "tea-\(number)", name: "Tea number \(number), 100 g", url: "https://tea.example/p/tea-\(number)",
      image: nil, price: price, cycleDays: Double(25 + number * 3))
  }

  static func customerID(_ number: Int) -> String { "customer-\(number)" }

  static func line(_ number: Int) -> OrderLine {
    let product = products[number % products.count]
    return OrderLine(
      sku: product.sku, name: product.name, quantity: 1 + number % 3, price: product.price?.minorUnits ?? 0)
  }

  static func order(_ number: Int, at: Instant) -> Order {
    let lines = [line(number), line(number / 7 + 1)]
    let total = lines.reduce(0) { $0 + ($1.price ?? 0) * Int64($1.quantity) }
    return Order(
      id: "order-\(number)", placedAt: at, total: Money(minorUnits: total, currency: currency), lines: lines,
      receivedAt: at)
  }

  static func identified(_ number: Int, at: Instant) -> IncomingEvent {
    var traits = CustomerTraits()
    traits.email = .some("customer.\(number)@customer.example")
    traits.firstName = .some("Mei")
    traits.lastName = .some("Number \(number)")
    return IncomingEvent(
      customerID: customerID(number),
      event: Event(messageID: "identify-\(number)", name: .customerIdentified, at: at, receivedAt: at),
      effect: .identify(traits))
  }

  static func ordered(_ number: Int, at: Instant) -> IncomingEvent {
    IncomingEvent(
      customerID: customerID(number),
      event: Event(messageID: "order-\(number)", name: .orderCompleted, at: at, receivedAt: at),
      effect: .orderPlaced(order(number, at: at)))
  }

  static func filledCart(_ number: Int, item: Int, at: Instant) -> IncomingEvent {
    IncomingEvent(
      customerID: customerID(number),
      event: Event(messageID: "cart-\(number)-\(item)", name: .productAdded, at: at, receivedAt: at),
      effect: .cartChanged(
        cartID: "cart-\(number)", url: "https://tea.example/cart", change: .add(line(number + item))))
  }

  /// Creates customers with an address, an old order and a planned win-back, directly in the store.
  ///
  /// - Parameters:
  ///   - due: how many of the first ones are due at `now`; all others between one day and three months later.
  ///   - report: called from time to time with the number created so far.
  static func settle(
    _ count: Int, due: Int = 0, in store: Store, now: Instant, report: (Int) -> Void = { _ in }
  ) async throws {
    let size = 10_000
    for start in stride(from: 0, to: count, by: size) {
      let numbers = start..<min(start + size, count)
      try await store.write { tx in
        let created = try tx.createCustomers(ids: numbers.map { customerID($0) })
        var customers: [Customer] = []
        var orders: [(customer: CustomerKey, order: Order)] = []
        var enrollments: [Enrollment] = []
        for (number, made) in zip(numbers, created) {
          var customer = made
          customer.email = "customer.\(number)@customer.example"
          customer.firstName = "Mei"
          customer.joinedAt = now - .days(400)
          customers.append(customer)
          let wait = number < due ? Duration.zero : .days(1) + .seconds(Int64(number % 7_700_000))
          let order = order(number, at: now + wait - .days(90))
          orders.append((customer.key, order))
          enrollments.append(
            Enrollment(
              trigger: "win_back", customer: customer.key, occurrence: order.id, firesAt: now + wait,
              subject: .order(id: order.id), nextDueAt: now + wait, plannedAt: now - .days(1)))
        }
        try tx.save(customers)
        try tx.save(orders)
        try tx.insert(enrollments)
      }
      report(numbers.upperBound)
    }
  }
}
