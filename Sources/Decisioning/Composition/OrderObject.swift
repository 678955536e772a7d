import Domain

/// `order`: the order that a message is about.
enum OrderObject {
  struct Source: Sendable {
    let order: Order
    /// Without returned items.
    let lines: [LineObject.Source]

    init(order: Order, catalog: Catalog) {
      self.order = order
      lines = order.keptLines.map {
        LineObject.Source(
          $0, product: catalog.products[$0.sku], currency: order.total.currency, takesAnyCurrency: false)
      }
    }
  }

  static let definition = ObjectDefinition<Source>([
    .text("id") { $0.order.id },
    .instant("placed_at") { $0.order.placedAt },
    .money("total") { $0.order.total },
    .money("refunded") { Money(minorUnits: $0.order.refunded, currency: $0.order.total.currency) },
    .text("currency") { $0.order.total.currency.code },
    .text("cart_id") { $0.order.cartID },
    .money("discount") { Money(minorUnits: $0.order.details.discount, currency: $0.order.total.currency) },
    .money("shipping") { source in
      source.order.details.shipping.map { Money(minorUnits: $0, currency: source.order.total.currency) }
    },
    .texts("coupons") { $0.order.details.coupons },
    .text("store") { $0.order.details.store },
    .number("lines_count") { $0.lines.count },
    .list("lines", of: LineObject.definition) { $0.lines },
  ])
}

/// One line of `order.lines` or `cart.items`; missing values come from the catalogue.
enum LineObject {
  struct Source: Sendable {
    let line: OrderLine
    let product: Product?
    /// The line's own, else the catalogue's; `nil` if both are unknown, which is not an amount of 0.
    let price: Money?
    /// `nil` without a price, and on overflow.
    let total: Money?

    /// - Parameters:
    ///   - currency: for a line without its own.
    ///   - takesAnyCurrency: whether the catalogue's price may be in any currency, as in a cart, or only in
    ///     `currency`.
    init(_ line: OrderLine, product: Product?, currency: Currency, takesAnyCurrency: Bool) {
      self.line = line
      self.product = product
      if let price = line.price {
        self.price = Money(minorUnits: price, currency: line.currency ?? currency)
      } else if let price = product?.price, takesAnyCurrency || price.currency == currency {
        self.price = price
      } else {
        price = nil
      }
      total = price.flatMap { price in
        let (product, overflows) = price.minorUnits.multipliedReportingOverflow(by: Int64(line.quantity))
        return overflows ? nil : Money(minorUnits: product, currency: price.currency)
      }
    }
  }

  static let definition = ObjectDefinition<Source>([
    .text("sku") { $0.line.sku },
    .text("name") { $0.line.name ?? $0.product?.name },
    .number("quantity") { $0.line.quantity },
    .money("price") { $0.price },
    .money("total") { $0.total },
    .text("url") { $0.product?.url },
    .text("image") { $0.product?.image },
    .text("category") { $0.product?.category },
    .money("list_price") { $0.product?.listPrice },
  ])
}

/// `cart`: the current contents of the cart, less what was bought elsewhere.
enum CartObject {
  struct Source: Sendable {
    let cart: Cart
    let filling: Filling
    let lines: [LineObject.Source]
    /// Missing if the prices are in several currencies, which do not add up, or if a price is missing.
    let total: Money?
    /// Missing if the prices are in several currencies.
    let currency: Currency?

    /// - Parameter currency: the shop's, for lines stored before carts had currencies.
    init(cart: Cart, filling: Filling, catalog: Catalog, currency: Currency) {
      self.cart = cart
      self.filling = filling
      let lines = filling.items.map {
        LineObject.Source(
          $0.line, product: catalog.products[$0.line.sku], currency: currency, takesAnyCurrency: true)
      }
      self.lines = lines
      self.currency = Self.singleCurrency(lines)
      total = self.currency.flatMap { Self.total(lines, $0) }
    }

    /// The common currency of all known prices.
    private static func singleCurrency(_ lines: [LineObject.Source]) -> Currency? {
      var single: Currency?
      for line in lines {
        guard let currency = line.price?.currency else { continue }
        guard single == nil || single == currency else { return nil }
        single = currency
      }
      return single
    }

    private static func total(_ lines: [LineObject.Source], _ currency: Currency) -> Money? {
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

  static let definition = ObjectDefinition<Source>([
    .text("id") { $0.cart.id },
    .text("url") { $0.cart.url },
    .number("items_count") { $0.filling.items.count },
    .list("items", of: LineObject.definition) { $0.lines },
    .money("total") { $0.total },
    .text("currency") { $0.currency?.code },
    .instant("changed_at") { $0.filling.changedAt },
  ])
}
