import Domain

/// `order`: the order that a message is about.
enum OrderObject {
  struct Source: Sendable {
    let order: Order
    let catalog: Catalog
  }

  static let definition = ObjectDefinition<Source>([
    .text("id") { $0.order.id },
    .instant("placed_at") { $0.order.placedAt },
    .money("total") { $0.order.total },
    .money("refunded") { Money(minorUnits: $0.order.refunded, currency: $0.order.total.currency) },
    .text("cart_id") { $0.order.cartID },
    .number("lines_count") { $0.order.lines.count },
    .list("lines", of: LineObject.definition) { source in
      source.order.lines.map {
        LineObject.Source(
          line: $0, product: source.catalog.products[$0.sku], currency: source.order.total.currency)
      }
    },
  ])
}

/// One line of `order.lines` or `cart.items`; what the line does not say is taken from the catalogue.
enum LineObject {
  struct Source: Sendable {
    let line: OrderLine
    let product: Product?
    let currency: Currency
  }

  static let definition = ObjectDefinition<Source>([
    .text("sku") { $0.line.sku },
    .text("name") { $0.line.name ?? $0.product?.name },
    .number("quantity") { $0.line.quantity },
    .money("price") { Money(minorUnits: $0.line.price, currency: $0.currency) },
    .money("total") { $0.total },
    .text("url") { $0.product?.url },
    .text("image") { $0.product?.image },
  ])
}

extension LineObject.Source {
  var total: Money {
    Money(
      minorUnits: line.price.multipliedReportingOverflow(by: Int64(line.quantity)).partialValue,
      currency: currency)
  }
}

/// `cart`: what stands in the cart at this moment, less what was bought elsewhere.
enum CartObject {
  struct Source: Sendable {
    let cart: Cart
    let filling: Filling
    let catalog: Catalog
    /// Carts know no currency; their prices are in the shop's.
    let currency: Currency
  }

  static let definition = ObjectDefinition<Source>([
    .text("id") { $0.cart.id },
    .text("url") { $0.cart.url },
    .number("items_count") { $0.filling.items.count },
    .list("items", of: LineObject.definition) { $0.lines },
    .money("total") { source in
      let total = source.lines.reduce(Int64(0)) {
        $0.addingReportingOverflow($1.total.minorUnits).partialValue
      }
      return Money(minorUnits: total, currency: source.currency)
    },
    .instant("changed_at") { $0.filling.changedAt },
  ])
}

extension CartObject.Source {
  fileprivate var lines: [LineObject.Source] {
    filling.items.map {
      LineObject.Source(line: $0.line, product: catalog.products[$0.line.sku], currency: currency)
    }
  }
}
