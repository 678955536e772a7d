internal import Domain
internal import Platform

extension ShopifyHook {
  /// https://shopify.dev/docs/api/admin-rest/latest/resources/customer
  func customer(_ customer: JSONObject, _ reading: inout HookReading) {
    // The topic is not signed, and an order has an id too; only orders have lines.
    guard customer.id("id") != nil, customer["line_items"] == nil else {
      return reading.leave("is no customer")
    }
    let phone = context.phone(customer["phone"]) ?? context.phone(customer["default_address"]?["phone"])
    guard let id = context.owner(email: customer["email"]) ?? phone else {
      return reading.leaveNameless()
    }
    var traits: JSONObject = [:]
    traits.add("email", context.email(customer["email"]))
    traits.add("phone", phone)
    traits.add("firstName", customer.text("first_name"))
    traits.add("lastName", customer.text("last_name"))
    traits.add("createdAt", customer.text("created_at"))
    if let tags = customer["tags"]?.stringValue { traits["tags"] = .string(tags) }
    let updatedAt = customer.text("updated_at") ?? customer.text("created_at")
    reading.identify(id, at: updatedAt, traits)
    consents(customer, id, since: customer.text("created_at") ?? updatedAt, &reading)
  }

  /// Reads `customers_email_marketing_consent/update` and the same topic for SMS.
  func consent(_ body: JSONObject, _ reading: inout HookReading) {
    guard let id = id(email: body["email_address"], body["email"], phone: body["phone"]) else {
      return reading.leaveNameless()
    }
    guard consents(body, id, since: nil, &reading) else { return reading.leave("says nothing of consent") }
  }

  /// Reads consent from the customer's fields, under names that `ConsentNames` knows, each with its time.
  ///
  /// - Parameter since: the time of consent that was never changed.
  @discardableResult
  private func consents(
    _ customer: JSONObject, _ id: String, since: String?, _ reading: inout HookReading
  ) -> Bool {
    var isFound = false
    for key in ["email_marketing_consent", "sms_marketing_consent"] {
      guard let consent = customer.object(key), let state = consent.text("state") else { continue }
      isFound = true
      reading.identify(
        id, at: consent.text("consent_updated_at") ?? since, [key: .object(["state": .string(state)])])
    }
    // API versions before 2022-04.
    if !isFound, let accepts = customer["accepts_marketing"]?.boolValue {
      isFound = true
      reading.identify(
        id, at: customer.text("accepts_marketing_updated_at") ?? since, ["accepts_marketing": .bool(accepts)])
    }
    return isFound
  }

  /// https://shopify.dev/docs/api/webhooks: a checkout becomes a cart once it names its customer, and remains
  /// one if abandoned.
  func checkout(_ checkout: JSONObject, _ event: String, _ reading: inout HookReading) {
    guard let token = checkout.id("token"), checkout["line_items"]?.isNull == false else {
      return reading.leave("is no checkout")
    }
    guard checkout.text("completed_at") == nil else {
      return reading.leave("a completed checkout; the order tells of it")
    }
    let owner = checkout.object("customer")
    guard
      let customer = id(
        email: checkout["email"], owner?["email"], phone: checkout["phone"], checkout["sms_marketing_phone"],
        owner?["phone"])
    else { return reading.leave("names no customer yet: neither e-mail address nor phone") }
    var traits: JSONObject = [:]
    traits.add("email", context.email(checkout["email"]))
    traits.add("phone", context.phone(checkout["phone"]))
    reading.identify(customer, at: checkout.text("created_at"), traits)
    let lines = checkout.objects("line_items").prefix(context.decoder.limits.lines).compactMap { line($0) }
    var properties: JSONObject = ["cart_id": .string(token)]
    properties["currency"] = context.currency(checkout["currency"]).map { .string($0.code) }
    properties.add("cart_url", checkout.text("abandoned_checkout_url", limit: TextLimits.url))
    if !lines.isEmpty { properties["products"] = .array(lines) }
    reading.track(
      lines.isEmpty ? "Cart Emptied" : event, of: customer, at: checkout.text("updated_at"), properties)
  }
}
