internal import Domain
internal import Platform

extension ShopifyHook {
  /// https://shopify.dev/docs/api/admin-rest/latest/resources/order
  func order(_ order: JSONObject, isNew: Bool, _ reading: inout HookReading) {
    guard order["test"]?.boolValue != true else { return reading.leave("a test order") }
    guard let name = order.text("name"), order["line_items"]?.isNull == false else {
      return reading.leave("is no order")
    }
    let owner = order.object("customer")
    guard
      let customer = id(
        email: order["email"], order["contact_email"], owner?["email"], phone: order["phone"],
        owner?["phone"])
    else { return reading.leaveNameless() }
    let word = order.text("financial_status") ?? "paid"
    guard let state = OrderState(written: word) else {
      return reading.leave("financial_status: a word that is not known")
    }
    let currency =
      context.currency(order["total_price_set"]?["shop_money"]?["currency_code"] ?? order["currency"])
      ?? context.decoder.currency
    let lines = context.lines(order.objects("line_items"), &reading)

    contact(order, owner, customer, &reading)
    var report = HookOrder(id: name, customer: customer, state: state, isNew: isNew)
    report.placedAt = order.text("processed_at") ?? order.text("created_at")
    report.updatedAt = order.text("updated_at")
    report.cancelledAt = order.text("cancelled_at")
    report.namesRefunds = !order.objects("refunds").isEmpty
    report.properties = [
      "currency": .string(currency.code),
      "products": .array(lines.compactMap { line($0) }),
    ]
    report.properties["total"] = Self.shopMoney(order, "total_price")
    report.properties["discount"] = Self.shopMoney(order, "total_discounts")
    report.properties["shipping"] = Self.shopMoney(order, "total_shipping_price")
    report.properties["coupons"] = .array(
      order.objects("discount_codes").compactMap { $0.text("code") }.map { .string($0) })
    // `pos` for tills, `web` for the online shop.
    report.properties.add("store", order.text("source_name"))
    report.properties.add("cart_id", order.id("checkout_token"))
    reading.report(report)
    for refund in order.objects("refunds") { self.refund(refund, of: report, currency, &reading) }
  }

  /// The contact in a guest's order. For a customer, the customer's own fields win, which have their own
  /// time.
  private func contact(
    _ order: JSONObject, _ owner: JSONObject?, _ customer: String, _ reading: inout HookReading
  ) {
    var traits: JSONObject = [:]
    let email = context.email(order["email"]) ?? context.email(order["contact_email"])
    traits.add("email", email)
    traits.add("phone", context.phone(order["phone"]) ?? context.phone(order["billing_address"]?["phone"]))
    let name = owner ?? order.object("billing_address")
    traits.add("firstName", name?.text("first_name"))
    traits.add("lastName", name?.text("last_name"))
    reading.identify(customer, at: order.text("created_at"), traits)
    // The order may have been sent to an address other than the customer's own.
    if let owner, owner.text("updated_at") != nil,
      id(email: owner["email"], phone: owner["phone"])?.hasSameBytes(as: customer) == true
    {
      self.customer(owner, &reading)
    }
  }

  /// `nil` if the line has no pieces.
  func line(_ line: JSONObject) -> JSON? {
    guard let sku = line.text("sku") ?? line.id("variant_id") ?? line.id("product_id"),
      let quantity = line["quantity"]?.integerValue, quantity > 0
    else { return nil }
    var product: JSONObject = ["sku": .string(sku), "quantity": .integer(quantity)]
    product.add("name", line.text("name") ?? line.text("title"))
    product["price"] = Self.shopMoney(line, "price")
    return .object(product)
  }

  private static func shopMoney(_ object: JSONObject, _ key: String) -> JSON? {
    object["\(key)_set"]?["shop_money"]?["amount"] ?? object[key].flatMap { $0.isNull ? nil : $0 }
  }

  // MARK: - Refunds

  /// Counts a refund once by its id, whichever report of the order contains it. One pending at the bank is
  /// skipped; a later report has its result.
  private func refund(
    _ refund: JSONObject, of order: HookOrder, _ currency: Currency, _ reading: inout HookReading
  ) {
    let transactions = refund.objects("transactions").filter { $0.text("kind") == "refund" }
    guard let id = refund.id("id"), !transactions.contains(where: { $0.text("status") == "pending" }) else {
      return
    }
    let lines = refund.objects("refund_line_items")
    guard let amount = amount(of: refund, lines, transactions, currency) else {
      return reading.leave("refunds: an amount that cannot be read")
    }
    let products = lines.compactMap { item -> JSON? in
      guard let line = item.object("line_item"), let quantity = item["quantity"]?.integerValue, quantity > 0,
        let sku = line.text("sku") ?? line.id("variant_id") ?? line.id("product_id")
      else { return nil }
      return ["sku": .string(sku), "quantity": .integer(quantity)]
    }
    if amount == 0, products.isEmpty { return }
    var properties: JSONObject = [
      "refund_id": .string(id),
      "total": HookContext.amount(amount, currency), "currency": .string(currency.code),
    ]
    if !products.isEmpty { properties["products"] = .array(products) }
    reading.track(
      "Order Refunded", of: order.customer, order: order.id,
      at: refund.text("processed_at") ?? refund.text("created_at"), id: "refund:\(id)", properties)
  }

  /// The refunded amount in the shop's currency: from the transactions if they are in it, else from the
  /// refund's parts.
  private func amount(
    of refund: JSONObject, _ lines: [JSONObject], _ transactions: [JSONObject], _ currency: Currency
  ) -> Int64? {
    let paid = transactions.filter { $0.text("status") == "success" }
    if paid.isEmpty { return 0 }
    if paid.allSatisfy({ $0.text("currency").map { $0 == currency.code } ?? true }) {
      return sum(paid.map { context.units($0["amount"], currency) })
    }
    func units(_ object: JSONObject, _ key: String) -> Int64? {
      Self.shopMoney(object, key).map { context.units($0, currency) } ?? 0
    }
    // An adjustment is how much less than the goods' value was refunded; refunded shipping is negative there.
    let adjustments = refund.objects("order_adjustments")
    return sum(
      lines.flatMap { [units($0, "subtotal"), units($0, "total_tax")] }
        + adjustments.flatMap { [units($0, "amount"), units($0, "tax_amount")].map { $0.map { -$0 } } })
  }

  /// `nil` if an amount is missing or the sum overflows.
  private func sum(_ amounts: [Int64?]) -> Int64? {
    var sum: Int64 = 0
    for amount in amounts {
      guard let amount, amount.magnitude <= UInt64(DecimalAmount.maximum) else { return nil }
      sum += amount
      guard sum.magnitude <= UInt64(DecimalAmount.maximum) else { return nil }
    }
    return max(0, sum)
  }

  // MARK: - Shipping

  /// https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillment
  ///
  /// Its name is the order's plus a number: `#1001.1`.
  func fulfillment(_ fulfillment: JSONObject, isNew: Bool, _ reading: inout HookReading) {
    guard let id = fulfillment.id("id"), let name = fulfillment.text("name"),
      let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), fulfillment["order_id"] != nil
    else { return reading.leave("is no fulfilment") }
    guard
      let customer = self.id(email: fulfillment["email"], phone: fulfillment["destination"]?["phone"])
    else { return reading.leaveNameless() }
    guard fulfillment.text("status") == "success" else { return reading.leave("nothing has been shipped") }
    let order = String(name[..<dot])
    var properties: JSONObject = ["fulfillment_id": .string(id)]
    properties.add("tracking_company", fulfillment.text("tracking_company"))
    properties.add("tracking_number", fulfillment.id("tracking_number"))
    properties.add("tracking_url", fulfillment.text("tracking_url", limit: TextLimits.url))
    if isNew {
      reading.track(
        "Order Shipped", of: customer, order: order, at: fulfillment.text("created_at"), id: "shipped:\(id)",
        properties)
    }
    if fulfillment.text("shipment_status") == "delivered" {
      reading.track(
        "Order Delivered", of: customer, order: order, at: fulfillment.text("updated_at"),
        id: "delivered:\(id)", properties)
    } else if !isNew {
      reading.leave("on its way; its shipping was told before")
    }
  }
}
