internal import Domain
internal import Platform

/// Shopify's webhooks: https://shopify.dev/docs/api/webhooks, with resources of its REST API.
///
/// Customers and orders get the ids of Shopify's exports, so that imports and webhooks agree: the e-mail
/// address or else the phone number, and the order's name, `#1001`. Amounts are in the shop's own currency
/// (`shop_money`), whatever currency the customer saw.
struct ShopifyHook: HookDialect {
  let context: HookContext

  func delivery(_ request: HTTPRequest, limits: JSONLimits) -> Result<HookDelivery, HookFault> {
    HookDelivery.read(request, topic: "X-Shopify-Topic", limits: limits).map { delivery in
      var delivery = delivery
      delivery.isTest = request.headers["X-Shopify-Test"]?.lowercased() == "true"
      return delivery
    }
  }

  func read(_ delivery: HookDelivery) -> HookReading {
    var reading = HookReading(.shopify)
    // The "Send test notification" button sends an order without a customer.
    guard !delivery.isTest else {
      reading.leave("a test notification: its signature is right")
      return reading
    }
    let body = delivery.body
    switch delivery.topic {
    case "orders/create", "orders/paid": order(body, isNew: true, &reading)
    case "orders/updated", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled":
      order(body, isNew: false, &reading)
    case "fulfillments/create", "fulfillments/update":
      fulfillment(body, isNew: delivery.topic == "fulfillments/create", &reading)
    case "customers/create", "customers/update", "customers/enable", "customers/disable":
      customer(body, &reading)
    case "customers_email_marketing_consent/update", "customers/email_marketing_consent/update",
      "customers_marketing_consent/update", "customers/marketing_consent/update":
      consent(body, &reading)
    case "checkouts/create": checkout(body, "Checkout Started", &reading)
    case "checkouts/update": checkout(body, "Cart Updated", &reading)
    case "products/create", "products/update": product(body, &reading)
    case "products/delete":
      // All resources have an id; a deleted product has only that.
      if let id = body.id("id"), body.count == 1 {
        reading.removedParents.append(id)
      } else {
        reading.leave("names no product that is gone")
      }
    case "customers/redact": redact(body, &reading)
    case "customers/data_request": reading.task = .dataRequest
    case "shop/redact": reading.task = .shopRedact
    default: reading.leave(Self.reason(delivery.topic))
    }
    return reading
  }

  /// Why a topic is not used.
  private static func reason(_ topic: String) -> String {
    switch topic {
    case "refunds/create": "a refund names no customer; orders/updated tells of it"
    case "orders/delete": "an order that is gone names no customer; orders/cancelled tells of its end"
    case "fulfillment_events/create": "names no customer; fulfillments/update tells of it"
    case "carts/create", "carts/update": "a cart names no customer; checkouts/update tells of it"
    case "checkouts/delete": "names no customer; the order or the customer's silence tells of it"
    case "customers/delete": "names no customer; customers/redact asks to forget one"
    case "draft_orders/create", "draft_orders/update", "draft_orders/delete":
      "a draft is no order yet; orders/create tells when it becomes one"
    case "inventory_levels/connect", "inventory_levels/update", "inventory_levels/disconnect",
      "inventory_items/create", "inventory_items/update", "inventory_items/delete":
      "names no product of the catalogue; products/update tells what is in stock"
    case "": "has no X-Shopify-Topic"
    default: "a topic that Reprise has no use for"
    }
  }

  /// The customer's id, as in `ShopPreset.shopify`: the e-mail address, else the phone number.
  func id(email: JSON?..., phone: JSON?...) -> String? {
    for value in email { if let owner = context.owner(email: value) { return owner } }
    for value in phone { if let number = context.phone(value) { return number } }
    return nil
  }

  /// Handles a request to forget a customer, by every id the customer may have.
  private func redact(_ body: JSONObject, _ reading: inout HookReading) {
    // The topic is not signed, and every order contains a customer: only a redaction has both of these.
    guard body["shop_domain"] != nil, body["orders_to_redact"] != nil, let customer = body.object("customer")
    else { return reading.leave("is no request to forget a customer") }
    reading.forgotten += [context.owner(email: customer["email"]), context.phone(customer["phone"])]
      .compactMap(\.self)
    if reading.forgotten.isEmpty { reading.leaveNameless() }
  }
}
