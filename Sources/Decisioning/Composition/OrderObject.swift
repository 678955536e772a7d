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
    .text("currency") { $0.order.total.currency.code },
    .text("cart_id") { $0.order.cartID },
    // What came back is no part of it any more.
    .number("lines_count") { $0.order.keptLines.count },
    .list("lines", of: LineObject.definition) { source in
      source.order.keptLines.map {
        LineObject.Source(
          line: $0, product: source.catalog.products[$0.sku], currency: source.order.total.currency,
          takesAnyCurrency: false)
      }
    },
  ])
}

/// One line of `order.lines` or `cart.items`; what the line does not say is taken from the catalogue.
enum LineObject {
  struct Source: Sendable {
    let line: OrderLine
    let product: Product?
    /// Of a line that does not say its own.
    let currency: Currency
    /// Whether the catalogue's price counts in any currency, as in a cart, or only in that of the order.
    let takesAnyCurrency: Bool
  }

  static let definition = ObjectDefinition<Source>([
    .text("sku") { $0.line.sku },
    .text("name") { $0.line.name ?? $0.product?.name },
    .number("quantity") { $0.line.quantity },
    .money("price") { $0.price },
    .money("total") { $0.total },
    .text("url") { $0.product?.url },
    .text("image") { $0.product?.image },
  ])
}

extension LineObject.Source {
  /// The line's own, else the catalogue's; `nil` when neither knows one, which is never an amount of 0.
  var price: Money? {
    if let price = line.price { return Money(minorUnits: price, currency: line.currency ?? currency) }
    guard let price = product?.price, takesAnyCurrency || price.currency == currency else { return nil }
    return price
  }

  /// `nil` without a price, and when it is beyond what can be counted.
  var total: Money? {
    guard let price else { return nil }
    let (product, overflows) = price.minorUnits.multipliedReportingOverflow(by: Int64(line.quantity))
    return overflows ? nil : Money(minorUnits: product, currency: price.currency)
  }
}

/// `cart`: what stands in the cart at this moment, less what was bought elsewhere.
enum CartObject {
  struct Source: Sendable {
    let cart: Cart
    let filling: Filling
    let catalog: Catalog
    /// The shop's, for lines from before carts knew theirs.
    let currency: Currency
  }

  static let definition = ObjectDefinition<Source>([
    .text("id") { $0.cart.id },
    .text("url") { $0.cart.url },
    .number("items_count") { $0.filling.items.count },
    .list("items", of: LineObject.definition) { $0.lines },
    // Both are missing when the prices are in several currencies, which do not add up; the total also when one of the
    // prices is.
    .money("total") { $0.total },
    .text("currency") { $0.singleCurrency?.code },
    .instant("changed_at") { $0.filling.changedAt },
  ])
}

extension CartObject.Source {
  fileprivate var lines: [LineObject.Source] {
    filling.items.map {
      LineObject.Source(
        line: $0.line, product: catalog.products[$0.line.sku], currency: currency, takesAnyCurrency: true)
    }
  }

  /// That of all prices there are.
  fileprivate var singleCurrency: Currency? {
    let currencies = lines.compactMap { $0.price?.currency }
    guard let first = currencies.first, currencies.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  fileprivate var total: Money? {
    guard let currency = singleCurrency else { return nil }
    var sum: Int64 = 0
    for line in lines {
      guard let total = line.total else { return nil }
      let (next, overflows) = sum.addingReportingOverflow(total.minorUnits)
      if overflows { return nil }
      sum = next
    }
    return Money(minorUnits: sum, currency: currency)
  }
}
