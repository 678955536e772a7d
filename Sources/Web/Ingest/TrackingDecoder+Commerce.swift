internal import Domain

/// Decodes the properties of Segment's e-commerce specification into changes of orders and carts.
extension TrackingDecoder {
  func effect(
    of meaning: CommerceMeaning, _ properties: JSONObject, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> EventEffect {
    switch meaning {
    case .plain: return .none
    case .orderPlaced: return .orderPlaced(try order(properties, &envelope))
    case .orderPending:
      var order = try order(properties, &envelope)
      (order.pendingAt, order.placedAt) = (order.placedAt, nil)
      return .orderPlaced(order)
    case .orderCancelled: return .orderCancelled(orderID: try orderID(properties))
    case .orderRefunded: return try refund(properties, &envelope)
    case .productAdded:
      let currency = try currency(properties)
      let line = try line(properties, currency, "properties", &envelope)
      return try cart(properties, .add(Self.inCart(line, currency)), &envelope)
    case .productRemoved:
      let line = try line(properties, currency(properties), "properties", &envelope)
      let isCounted = Self.present(properties, "quantity") != nil
      return try cart(
        properties, .remove(sku: line.sku, quantity: isCounted ? line.quantity : nil), &envelope)
    case .cartShown:
      guard let lines = try lines(properties, &envelope) else {
        return try cart(properties, .touch, &envelope)
      }
      let currency = try currency(properties)
      return try cart(
        properties, .replace(Self.merged(lines).map { Self.inCart($0, currency) }), &envelope)
    case .cartEmptied: return try cart(properties, .clear, &envelope)
    case .consent(let state, let kind):
      let word = try consent(state, kind, properties["channel"])
      if let problem = word.problem { envelope.problems.append(problem) }
      return word.effect
    }
  }

  // MARK: - Orders

  private func order(
    _ properties: JSONObject, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> Order {
    let currency = try currency(properties)
    let lines = try lines(properties, &envelope) ?? []
    let total: Int64
    if let paid = try amount(properties, ["total", "revenue", "value"], currency) {
      total = paid
    } else if let sum = try sum(lines, "properties.products") {
      total = sum
    } else {
      throw EventProblem(
        field: "properties.total", reason: "missing; give total, revenue or products with prices")
    }
    let placedAt = moment(properties, "placed_at", &envelope) ?? envelope.at
    return Order(
      id: try orderID(properties), placedAt: min(placedAt, envelope.receivedAt),
      total: Money(minorUnits: total, currency: currency), lines: lines, cartID: try cartID(properties),
      cancelledAt: moment(properties, "cancelled_at", &envelope),
      toldAt: moment(properties, "updated_at", &envelope),
      details: try details(properties, currency, &envelope), receivedAt: envelope.receivedAt)
  }

  /// A time other than the event's own. It is omitted and reported if it is invalid or out of an event's
  /// bounds.
  private func moment(
    _ properties: JSONObject, _ key: String, _ envelope: inout EventEnvelope
  ) -> Instant? {
    guard let value = Self.present(properties, key) else { return nil }
    if let at = Self.instant(value), at >= envelope.receivedAt - limits.age,
      at <= envelope.receivedAt + limits.ahead
    {
      return at
    }
    envelope.problems.append(
      EventProblem(
        field: "properties.\(key)",
        reason: "left out: not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z",
        isEventKept: true))
    return nil
  }

  /// Segment calls the shop or branch `affiliation`.
  private func details(
    _ properties: JSONObject, _ currency: Currency, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> OrderDetails {
    var details = OrderDetails()
    details.discount = try amount(properties, ["discount"], currency) ?? 0
    details.shipping = try amount(properties, ["shipping"], currency)
    for key in ["store", "affiliation"] where details.store == nil {
      guard let text = properties[key]?.stringValue?.unlessEmpty else { continue }
      details.store = Self.kept(text, OrderDetails.maximumBytes, "properties.\(key)", &envelope)
    }
    for key in ["coupon", "coupons"] {
      let given = properties[key]?.arrayValue ?? properties[key].map { [$0] } ?? []
      for code in given.compactMap({ $0.stringValue?.unlessEmpty }) {
        let field = "properties.\(key)"
        guard details.coupons.count < OrderDetails.maximumCoupons else {
          let reason = "left out: at most \(OrderDetails.maximumCoupons) codes of an order are taken"
          envelope.problems.append(EventProblem(field: field, reason: reason, isEventKept: true))
          break
        }
        guard let code = Self.kept(code, OrderDetails.maximumBytes, field, &envelope) else { continue }
        if !details.coupons.contains(where: { $0.hasSameBytes(as: code) }) { details.coupons.append(code) }
      }
    }
    return details
  }

  private func orderID(_ properties: JSONObject) throws(EventProblem) -> String {
    guard let id = try identifier(properties, ["order_id", "orderId"]) else {
      throw EventProblem(field: "properties.order_id", reason: "missing; give the order's id")
    }
    return id
  }

  /// A refund of the whole order if neither an amount nor products are given.
  private func refund(
    _ properties: JSONObject, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> EventEffect {
    let currency = try currency(properties)
    let lines = try lines(properties, &envelope) ?? []
    let told = try amount(properties, ["total", "amount", "revenue", "value"], currency)
    let amount: Int64? = if let told { told } else { try sum(lines, "properties.products") }
    return .orderRefunded(
      orderID: try orderID(properties), amount: amount.map { Money(minorUnits: $0, currency: currency) },
      returned: lines.map { ReturnedLine(sku: $0.sku, quantity: $0.quantity) })
  }

  // MARK: - Carts

  private func cart(
    _ properties: JSONObject, _ change: CartChange.Kind, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> EventEffect {
    var url: String?
    for key in ["cart_url", "checkout_url"] where url == nil {
      guard case .string(let text)? = properties[key] else { continue }
      url = Self.kept(text, TextLimits.url, "properties.\(key)", &envelope)
    }
    return .cartChanged(cartID: try cartID(properties) ?? "default", url: url, change: change)
  }

  private func cartID(_ properties: JSONObject) throws(EventProblem) -> String? {
    try identifier(properties, ["cart_id", "cartId", "checkout_id", "checkoutId"])
  }

  /// One line per SKU with quantities added up, in order of first appearance, up to the maximum of a cart.
  private static func merged(_ lines: [OrderLine]) -> [OrderLine] {
    var merged: [OrderLine] = []
    var places: [ExactText: Int] = [:]
    for line in lines {
      if let place = places[ExactText(line.sku)] {
        merged[place].quantity += line.quantity
      } else if merged.count < Cart.maximumItems {
        places[ExactText(line.sku)] = merged.count
        merged.append(line)
      }
    }
    return merged
  }

  /// A cart may mix currencies, so each line carries its own.
  private static func inCart(_ line: OrderLine, _ currency: Currency) -> OrderLine {
    var line = line
    if line.price != nil { line.currency = currency }
    return line
  }

  // MARK: - Lines

  /// `nil` if there is no `products`.
  private func lines(
    _ properties: JSONObject, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> [OrderLine]? {
    let products: [JSON]
    switch properties["products"] {
    case .array(let elements)?: products = elements
    case nil, .null?: return nil
    case let other?:
      throw EventProblem(field: "properties.products", reason: "a JSON \(other.typeName); send an array")
    }
    guard products.count <= limits.lines else {
      throw EventProblem(
        field: "properties.products", reason: "\(products.count) lines, at most \(limits.lines) are taken")
    }
    let currency = try currency(properties)
    var lines: [OrderLine] = []
    lines.reserveCapacity(products.count)
    for (index, product) in products.enumerated() {
      // Build the path only for an error.
      do throws(EventProblem) {
        guard case .object(let object) = product else {
          throw EventProblem(field: "", reason: "a JSON \(product.typeName); send an object")
        }
        let told = envelope.problems.count
        lines.append(try line(object, currency, "", &envelope))
        for problem in told..<envelope.problems.count {
          envelope.problems[problem].field =
            "properties.products[\(index)].\(envelope.problems[problem].field)"
        }
      } catch {
        let name = "properties.products[\(index)]" + (error.field.isEmpty ? "" : ".\(error.field)")
        throw EventProblem(field: name, reason: error.reason)
      }
    }
    return lines
  }

  private func line(
    _ product: JSONObject, _ currency: Currency, _ place: String, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> OrderLine {
    func field(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }
    func problem(_ key: String, _ reason: String) -> EventProblem {
      EventProblem(field: field(key), reason: reason)
    }
    var sku: String?
    for key in ["sku", "product_id", "productId", "id"] where sku == nil {
      guard let value = product[key], !value.isNull, value != .string("") else { continue }
      do { sku = try Self.identifier(value, key) } catch { throw problem(key, error.reason) }
    }
    guard let sku else { throw problem("sku", "missing; give sku or product_id") }
    var quantity: Int64 = 1
    if let value = product["quantity"], !value.isNull {
      let number = value.integerValue ?? value.stringValue.flatMap { Int64($0) }
      guard let number, (1...1_000_000).contains(number) else {
        throw problem("quantity", "not a whole number of 1 to 1000000")
      }
      quantity = number
    }
    var price: Int64?
    if let value = product["price"], !value.isNull {
      do { price = try Self.minorUnits(value, currency) } catch { throw problem("price", "\(error)") }
    }
    let name = product["name"]?.stringValue?.unlessEmpty
      .flatMap { Self.kept($0, TextLimits.name, field("name"), &envelope) }
    return OrderLine(sku: sku, name: name, quantity: Int(quantity), price: price)
  }

  /// Returns the text; one that is too long is omitted and reported.
  private static func kept(
    _ text: String, _ limit: Int, _ field: @autoclosure () -> String, _ envelope: inout EventEnvelope
  ) -> String? {
    if text.utf8.count <= limit { return text }
    envelope.problems.append(
      EventProblem(
        field: field(), reason: "left out: \(text.utf8.count) bytes long, at most \(limit) are taken",
        isEventKept: true))
    return nil
  }

  /// `nil` if there are no lines, or if one has no price.
  private func sum(_ lines: [OrderLine], _ field: String) throws(EventProblem) -> Int64? {
    if lines.isEmpty { return nil }
    var sum: Int64 = 0
    for line in lines {
      guard let price = line.price else { return nil }
      let (product, overflows) = price.multipliedReportingOverflow(by: Int64(line.quantity))
      guard !overflows, product <= DecimalAmount.maximum, sum + product <= DecimalAmount.maximum else {
        throw EventProblem(field: field, reason: "\(DecimalAmountError.tooLarge)")
      }
      sum += product
    }
    return sum
  }
}
