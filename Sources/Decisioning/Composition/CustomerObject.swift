package import Domain
internal import Templates

/// `customer`: the fields known to the program, sums over standing orders, and the shop's own attributes,
/// both directly (`customer.loyalty_level`) and under `customer.attributes`.
package enum CustomerObject {
  struct Source: Sendable {
    let customer: Customer
    let orders: OrderSummary
    /// The message's time zone: the shop's if the customer has none.
    let timeZone: String
    let locale: String
  }

  static let definition = ObjectDefinition<Source>(
    isOpen: true,
    [
      .text("id") { $0.customer.id },
      .text("email") { $0.customer.email },
      .text("phone") { $0.customer.phone },
      .text("first_name") { $0.customer.firstName },
      .text("last_name") { $0.customer.lastName },
      .text("birthday") { $0.customer.birthday?.text },
      .text("time_zone") { $0.timeZone },
      .text("locale") { $0.locale },
      .instant("joined_at") { $0.customer.joinedAt },
      .texts("tags") { $0.customer.tags },
    ] + totals + [
      .open("attributes") { $0.customer.attributes }
    ])

  private static let totals: [ObjectDefinition<Source>.Field] = [
    .number("orders_count") { $0.orders.count },
    .money("lifetime_value") { $0.orders.lifetimeValue },
    .money("average_order_value") { $0.orders.averageValue },
    .instant("first_order_at") { $0.orders.firstAt },
    .instant("last_order_at") { $0.orders.lastAt },
  ]

  /// Whether this is one of the program's own names for customers.
  package static func isField(_ name: String) -> Bool {
    definition.fields.contains { $0.name.hasSameBytes(as: name) }
  }

  /// The parts of the state from which the customer's own fields in a condition are computed.
  static func reads(_ condition: Condition) -> StateParts {
    var parts = StateParts()
    for path in condition.paths {
      guard path.first?.hasSameBytes(as: Root.customer.name) ?? true else { continue }
      if path.count < 2 {
        parts.formUnion([.customer, .orders])
      } else {
        parts.insert(totals.contains { $0.name.hasSameBytes(as: path[1]) } ? .orders : .customer)
      }
    }
    return parts
  }

  /// The shape of `customer` in a program that adds these names.
  static func shape(adding names: [CustomerName]) -> TemplateSchema.Shape {
    guard case .extensible(var shapes) = definition.shape else { return definition.shape }
    for name in names { shapes[name.name] = name.shape }
    return .extensible(shapes)
  }

  static func value(
    of state: Shared<CustomerState>, catalog: Catalog, program: Program, now: Instant
  ) -> Value {
    let added = program.customerNames
    var extra = state.value.customer.attributes
    if !added.isEmpty {
      let scope = AudienceScope(program: program, catalog: catalog, state: state.value, now: now)
      for name in added { extra[name.name] = name.value(scope).value }
    }
    let customer = state.value.customer
    let summary = OrderSummary(
      of: state.value.orders, state.value.orderBook, currency: program.brand.currency)
    return .object(
      definition.record(
        Source(
          customer: customer, orders: summary, timeZone: program.zone(of: customer).name,
          locale: customer.locale ?? program.brand.locale),
        extra: extra))
  }
}

/// Sums over a customer's standing orders.
///
/// `count` and times include every order; amounts only those in the shop's currency, less refunds, because
/// currencies do not add up.
package struct OrderSummary: Equatable, Sendable {
  package private(set) var count = 0
  package private(set) var firstAt: Instant?
  package private(set) var lastAt: Instant?
  package private(set) var lifetimeValue: Money
  /// `nil` without an order in the shop's currency.
  package private(set) var averageValue: Money?

  /// - Parameter book: the book of a customer with only some orders loaded.
  package init(of orders: [Order], _ book: OrderBook?, currency: Currency) {
    guard let book, book.value.currency == currency else {
      self.init(orders, currency: currency)
      return
    }
    self.init([], currency: currency)
    count = book.standing
    firstAt = book.firstStanding?.placedAt ?? orders.first(where: \.stands)?.placedAt
    lastAt = book.lastStanding?.placedAt ?? orders.last(where: \.stands)?.placedAt
    lifetimeValue = book.value
    if book.paid > 0 {
      averageValue = Money(minorUnits: book.value.minorUnits / Int64(book.paid), currency: currency)
    }
  }

  package init(_ orders: [Order], currency: Currency) {
    lifetimeValue = Money(minorUnits: 0, currency: currency)
    var paid: Int64 = 0
    for order in orders where order.stands {
      count += 1
      firstAt = firstAt ?? order.placedAt
      lastAt = order.placedAt
      guard order.total.currency == currency else { continue }
      paid += 1
      lifetimeValue.minorUnits = lifetimeValue.minorUnits.addingReportingOverflow(order.worth).partialValue
    }
    if paid > 0 { averageValue = Money(minorUnits: lifetimeValue.minorUnits / paid, currency: currency) }
  }
}

extension Birthday {
  /// `1990-05-12`, or `05-12` without a year.
  var text: String {
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    let day = "\(padded(month))-\(padded(self.day))"
    return year.map { "\($0)-\(day)" } ?? day
  }
}
