internal import Domain
internal import Platform

/// WooCommerce's webhooks: https://developer.woocommerce.com/docs/apis/rest-api/v3/ and its resources.
///
/// Customers and orders get the ids of its exports: the billing e-mail address or else the phone number, and
/// the order's id. Times are in GMT, written without an offset.
struct WooCommerceHook: HookDialect {
  let context: HookContext

  func delivery(_ request: HTTPRequest, limits: JSONLimits) -> Result<HookDelivery, HookFault> {
    HookDelivery.read(request, topic: "X-WC-Webhook-Topic", limits: limits)
  }

  func read(_ delivery: HookDelivery) -> HookReading {
    var reading = HookReading(.woocommerce)
    let body = delivery.body
    switch delivery.topic {
    case "order.created", "order.restored": order(body, isNew: delivery.topic == "order.created", &reading)
    case "order.updated": order(body, isNew: false, &reading)
    case "customer.created", "customer.updated": customer(body, &reading)
    case "product.created", "product.updated", "product.restored": product(body, &reading)
    case "order.deleted": reading.leave("an order that is gone has no more than a number; it stays as it was")
    case "customer.deleted": reading.leave("a customer who is gone has no more than a number: reprise forget")
    case "product.deleted": reading.leave("a product that is gone has no more than a number")
    case "": reading.leave("has no X-WC-Webhook-Topic")
    default: reading.leave("a topic that Reprise has no use for")
    }
    return reading
  }

  // MARK: - Orders

  private func order(_ order: JSONObject, isNew: Bool, _ reading: inout HookReading) {
    guard let id = order.id("id"), order["line_items"]?.isNull == false, let bill = order.object("billing")
    else {
      return reading.leave("is no order")
    }
    guard let customer = context.owner(email: bill["email"]) ?? context.phone(bill["phone"]) else {
      return reading.leaveNameless()
    }
    let word = order.text("status") ?? ""
    // A cart in the checkout block, not submitted yet, or an order that a manager has started.
    guard !["checkout-draft", "auto-draft", "draft"].contains(word) else {
      return reading.leave("a draft is no order yet")
    }
    guard let state = OrderState(written: word) else {
      return reading.leave("status: a word that is not known")
    }
    let currency = context.currency(order["currency"]) ?? context.decoder.currency
    let lines = context.lines(order.objects("line_items"), &reading)

    var traits: JSONObject = [:]
    traits.add("email", context.email(bill["email"]))
    traits.add("phone", context.phone(bill["phone"]))
    traits.add("firstName", bill.text("first_name"))
    traits.add("lastName", bill.text("last_name"))
    let madeAt = Self.time(order, "date_created")
    reading.identify(customer, at: madeAt, traits)

    var report = HookOrder(id: id, customer: customer, state: state, isNew: isNew)
    report.isPaid = state != .cancelled || order.text("date_paid") != nil
    report.placedAt = madeAt
    report.updatedAt = Self.time(order, "date_modified")
    let refunds = order.objects("refunds")
    report.namesRefunds = !refunds.isEmpty
    report.properties = [
      "currency": .string(currency.code),
      "products": .array(lines.compactMap { line($0, currency) }),
    ]
    report.properties["total"] = order["total"]
    report.properties["discount"] = order["discount_total"]
    report.properties["shipping"] = order["shipping_total"]
    report.properties["coupons"] = .array(
      order.objects("coupon_lines").compactMap { $0.text("code") }.map { .string($0) })
    report.properties.add("store", order.text("created_via"))
    reading.report(report)
    for refund in refunds { self.refund(refund, of: report, currency, &reading) }
  }

  private func line(_ line: JSONObject, _ currency: Currency) -> JSON? {
    guard let sku = Self.sku(line), let quantity = line["quantity"]?.integerValue, quantity > 0 else {
      return nil
    }
    var product: JSONObject = ["sku": .string(sku), "quantity": .integer(quantity)]
    product.add("name", line.text("name"))
    // The price per piece is a quotient with many digits; the total is exact in the currency.
    if let total = context.units(line["total"], currency), total >= 0 {
      product["price"] = HookContext.amount(OrderLine.price(ofTotal: total, quantity: quantity), currency)
    }
    return .object(product)
  }

  private static func sku(_ line: JSONObject) -> String? {
    let variation = line.id("variation_id").flatMap { $0 == "0" ? nil : $0 }
    return line.text("sku") ?? variation ?? line.id("product_id")
  }

  /// Reads a refund in an order; it has only a sum, not the products returned.
  private func refund(
    _ refund: JSONObject, of order: HookOrder, _ currency: Currency, _ reading: inout HookReading
  ) {
    guard let id = refund.id("id"), let total = context.units(refund["total"], currency) else {
      return reading.leave("refunds: an amount that cannot be read")
    }
    // Negative in the API.
    let amount = HookContext.amount(Int64(clamping: total.magnitude), currency)
    reading.track(
      "Order Refunded", of: order.customer, order: order.id, at: order.updatedAt, id: "refund:\(id)",
      ["refund_id": .string(id), "total": amount, "currency": .string(currency.code)])
  }

  // MARK: - Customers and products

  private func customer(_ customer: JSONObject, _ reading: inout HookReading) {
    guard customer.id("id") != nil, customer["billing"] != nil, customer["line_items"] == nil else {
      return reading.leave("is no customer")
    }
    let bill = customer.object("billing") ?? [:]
    let email = context.email(customer["email"]) ?? context.email(bill["email"])
    let phone = context.phone(bill["phone"])
    guard let id = email.map({ Inbox.customerID(email: $0) }) ?? phone else {
      return reading.leaveNameless()
    }
    var traits: JSONObject = [:]
    traits.add("email", email)
    traits.add("phone", phone)
    traits.add("firstName", customer.text("first_name") ?? bill.text("first_name"))
    traits.add("lastName", customer.text("last_name") ?? bill.text("last_name"))
    let madeAt = Self.time(customer, "date_created")
    traits.add("createdAt", madeAt)
    reading.identify(id, at: Self.time(customer, "date_modified") ?? madeAt, traits)
  }

  private func product(_ product: JSONObject, _ reading: inout HookReading) {
    guard product.id("id") != nil, product["stock_status"] != nil else {
      return reading.leave("is no product")
    }
    // Its variations come in deliveries of their own.
    guard product.text("type") != "variable" else {
      return reading.leave("a product of several; its variations tell what can be bought")
    }
    guard let sku = product.text("sku", limit: Product.maximumBytes) ?? product.id("id") else { return }
    var told = Product(sku: sku)
    told.name = product.text("name", limit: TextLimits.name)
    told.url = product.text("permalink", limit: TextLimits.url)
    told.image = (product.objects("images").first ?? product.object("image"))?
      .text("src", limit: TextLimits.url)
    told.price = context.money(product["price"])
    let regular = context.money(product["regular_price"])
    told.listPrice = regular == told.price ? nil : regular
    told.category = product.objects("categories").first?.text("name", limit: Product.maximumBytes)
    told.parent = product.id("parent_id").flatMap { $0 == "0" ? nil : $0 }
    told.isAvailable =
      (product.text("status") ?? "publish") == "publish" && product.text("stock_status") != "outofstock"
    told.stock = product["stock_quantity"]?.integerValue
    told.launchedAt = Self.time(product, "date_created").flatMap { Instant(iso8601: $0) }
    told.tags = Array(
      product.objects("tags").compactMap { $0.text("name", limit: Product.maximumBytes) }
        .prefix(Product.maximumTags))
    told.toldAt = Self.time(product, "date_modified").flatMap { Instant(iso8601: $0) }
    reading.products.append(told)
  }

  /// A GMT time, with the offset that WooCommerce omits.
  private static func time(_ object: JSONObject, _ key: String) -> String? {
    object.text("\(key)_gmt").map { $0.hasSuffix("Z") ? $0 : $0 + "Z" }
  }
}
