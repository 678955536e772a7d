import Domain

/// One of `products`: a product that runs out.
enum ProductObject {
  struct Source: Sendable {
    let subject: SubjectProduct
    let product: Product?
    /// The order line it was last bought with.
    let line: OrderLine?
    let currency: Currency
  }

  static let definition = ObjectDefinition<Source>([
    .text("sku") { $0.subject.sku },
    .text("name") { $0.product?.name ?? $0.line?.name },
    .text("url") { $0.product?.url },
    .text("image") { $0.product?.image },
    .money("price") { source in
      source.product?.price
        ?? source.line?.price.map { Money(minorUnits: $0, currency: source.currency) }
    },
    .text("category") { $0.product?.category },
    .money("list_price") { $0.product?.listPrice },
    .instant("runs_out_at") { $0.subject.runsOutAt },
    .text("order_id") { $0.subject.orderID },
  ])

  /// The subject's products that have not been bought again, in its order.
  static func sources(_ products: [SubjectProduct], in scope: Scope) -> [Source] {
    let purchases = Purchases(of: scope.state.orders)
    return products.filter { purchases.hold($0) }.map { subject in
      let order = scope.state.order(subject.orderID)
      return Source(
        subject: subject, product: scope.catalog.products[subject.sku],
        line: order?.lines.first { $0.sku.hasSameBytes(as: subject.sku) },
        currency: order?.total.currency ?? scope.program.brand.currency)
    }
  }
}

/// `event`: the event that fired the trigger, with its own properties besides its name and time.
enum EventObject {
  struct Source: Sendable {
    let name: EventName
    let at: Instant
    let properties: Record
  }

  static let definition = ObjectDefinition<Source>(
    isOpen: true,
    [
      .text("name") { $0.name.rawValue },
      .instant("at") { $0.at },
      .open("properties") { $0.properties },
    ])
}

/// The object `event` for events about an order, whose content is in `order`.
enum OrderEventObject {
  static let definition = ObjectDefinition<EventObject.Source>([
    .text("name") { $0.name.rawValue },
    .instant("at") { $0.at },
  ])
}

/// `anniversary`: the recurring day.
enum AnniversaryObject {
  struct Source: Sendable {
    let field: AnniversaryField
    let date: Instant
    let year: Int
    /// The year it started in, if known.
    let origin: Int?
  }

  static let definition = ObjectDefinition<Source>([
    .text("of") { $0.field.rawValue },
    .instant("date") { $0.date },
    .number("year") { $0.year },
    // The number of years at that day; missing if the customer gave no year.
    .number("years") { source in source.origin.map { source.year - $0 } },
    .number("age") { source in source.field == .birthday ? source.origin.map { source.year - $0 } : nil },
  ])
}

/// `brand`: the shop.
enum BrandObject {
  static let definition = ObjectDefinition<Brand>([
    .text("name") { $0.name },
    .text("url") { $0.url },
    .text("address") { $0.address },
    .text("currency") { $0.currency.code },
    .text("locale") { $0.locale },
    .text("time_zone") { $0.zone.name },
  ])
}

/// `trigger`: the rule this message comes from.
enum TriggerObject {
  static let definition = ObjectDefinition<Trigger>([
    .text("id") { $0.id.rawValue },
    .text("purpose") { $0.purpose.rawValue },
  ])
}
