package import Domain
internal import Templates

/// A made-up customer with one of everything: for checks without a store, previews without real data, and the
/// reference.
package enum Sample {
  /// What was made up for a message.
  package enum Extent: Equatable, Sendable {
    /// The customer, and whatever the message is about.
    case customer
    /// Only what the message is about, because the customer has none; `lacks` is, for example, `a cart with something
    /// in it`.
    case occasion(lacks: String)
  }

  /// The id of everything made up.
  package static let id = "example-1"

  /// A customer for whom every kind of trigger fires.
  package static func state(_ program: Program, now: Instant) -> CustomerState {
    var customer = Customer(key: CustomerKey(1), id: "example")
    customer.email = "alexandra@shop.example"
    customer.phone = "+8613800000000"
    customer.firstName = "Alexandra"
    customer.lastName = "Example"
    customer.tags = ["vip"]
    customer.attributes = ["loyalty_level": .string("gold")]
    for channel in program.channels.keys { customer.consent[channel] = .granted }
    return completed(CustomerState(customer: customer), program, now: now)
  }

  /// The customer, with an order, a cart and days to celebrate added where missing.
  static func completed(_ state: CustomerState, _ program: Program, now: Instant) -> CustomerState {
    var state = state
    state.customer.birthday = state.customer.birthday ?? Birthday(month: 3, day: 1, year: 1990)
    state.customer.joinedAt = state.customer.joinedAt ?? now - .days(400)
    if state.standingOrders.isEmpty {
      state.orders.append(order(program, now: now))
      state.orders.arrange()
      state.orderBook = nil
    }
    if state.carts.allSatisfy({ $0.contents.items.isEmpty }) {
      let change = CartChange(id: id, at: now, kind: .add(line))
      state.carts.append(Cart(id: id, changes: [change], url: "\(program.brand.url)/cart"))
    }
    return state
  }

  /// The catalogue plus the products in the samples.
  package static func catalog(_ program: Program, beside catalog: Catalog = Catalog()) -> Catalog {
    var catalog = catalog
    catalog.products[ExactText(id)] = Product(
      sku: id, name: line.name, url: "\(program.brand.url)/p/\(id)",
      image: "\(program.brand.url)/p/\(id).jpg", price: money(12800, program),
      listPrice: money(14800, program), cycleDays: 30, category: "tea")
    return catalog
  }

  private static let line = OrderLine(sku: id, name: "Longjing tea, 100 g", quantity: 1, price: 12800)

  private static func money(_ amount: Int64, _ program: Program) -> Money {
    Money(minorUnits: amount, currency: program.brand.currency)
  }

  private static func order(_ program: Program, now: Instant) -> Order {
    Order(
      id: id, placedAt: now - .days(95), total: money(12800, program), lines: [line], cartID: id,
      details: OrderDetails(discount: 0, shipping: 0, coupons: ["WELCOME"], store: "web"),
      receivedAt: now - .days(95))
  }

  /// Sets each attribute that the templates read and the made-up customer lacks to its own name; does the same for the
  /// properties of made-up events.
  ///
  /// - Parameter paths: those that the templates read, such as `customer.loyalty_level`.
  static func fill(_ state: inout CustomerState, isMadeUp: Bool, reading paths: Set<ExactText>) {
    let paths = paths.map(\.text).sorted()
    if isMadeUp {
      for path in paths { fill(&state.customer.attributes, CustomerObject.definition, "customer", path) }
    }
    for index in state.events.indices where state.events[index].messageID == id {
      for path in paths { fill(&state.events[index].properties, EventObject.definition, "event", path) }
    }
  }

  private static func fill<Source>(
    _ record: inout Record, _ definition: ObjectDefinition<Source>, _ root: String, _ path: String
  ) {
    var parts = path.split(separator: ".").map(String.init)[...]
    guard parts.popFirst() == root else { return }
    if let first = parts.first, definition.fields.contains(where: { $0.name == first }) {
      guard first == definition.ownNames else { return }
      parts.removeFirst()
    }
    set(&record, parts)
  }

  private static func set(_ record: inout Record, _ path: ArraySlice<String>) {
    guard let name = path.first else { return }
    let rest = path.dropFirst()
    guard !rest.isEmpty else {
      record[name] = record[name] ?? .string(name)
      return
    }
    var inner = Record()
    if case .object(let record)? = record[name] { inner = record }
    set(&inner, rest)
    record[name] = .object(inner)
  }
}

extension MessageTemplate {
  /// The paths that its parts read from the data.
  func variables(library: TemplateLibrary) -> Set<ExactText> {
    [subject, preheader, html, text, sms].compactMap { $0 }.reduce(into: []) {
      $0.formUnion($1.variables(library: library))
    }
  }
}
