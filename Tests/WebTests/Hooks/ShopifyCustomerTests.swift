import Domain
import Testing

@testable import Web

struct ShopifyCustomerTests {
  @Test func `a customer's fields are as of their change, consent as of when it was given`() throws {
    let events = try HookSamples.events(
      HookSamples.shopify("customers/update", HookSamples.shopifyCustomer()))
    #expect(
      events.map(\.line) == [
        "customer_identified ann@shop.example 2026-03-02T08:00:00Z",
        "customer_identified ann@shop.example 2026-02-01T08:00:00Z",
        // Never asked: since the customer is there.
        "customer_identified ann@shop.example 2026-01-01T08:00:00Z",
      ])
    let traits = try events.map { try #require($0.identified) }
    #expect(traits[0].email == "ann@shop.example" && traits[0].firstName == "Ann")
    #expect(traits[0].joinedAt == Instant(iso8601: "2026-01-01T08:00:00Z"))
    #expect(traits[0].tags == ["vip", "tea"])
    #expect(traits[0].consent == [:])
    #expect(traits[1].consent == ["email": .granted])
    #expect(traits[2].consent == ["sms": .withdrawn])
  }

  @Test(
    arguments: [
      ("subscribed", .granted), ("unsubscribed", .withdrawn), ("pending", .withdrawn),
      ("not_subscribed", .withdrawn), ("redacted", .withdrawn), ("invalid", .withdrawn),
    ] as [(String, ConsentState)])
  func `a change of consent alone is recorded too`(_ state: String, _ consent: ConsentState) throws {
    let email = try HookSamples.events(
      HookSamples.shopify(
        "customers_email_marketing_consent/update",
        [
          "customer_id": 706, "email_address": "ann@shop.example",
          "email_marketing_consent": [
            "state": .string(state), "consent_updated_at": "2016-03-04T10:00:00+01:00",
          ],
        ]))
    // Long before what an event of the tracking API may be.
    #expect(email.map(\.line) == ["customer_identified ann@shop.example 2016-03-04T09:00:00Z"])
    #expect(email[0].identified?.consent == ["email": consent])
    let sms = try HookSamples.events(
      HookSamples.shopify(
        "customers_marketing_consent/update",
        [
          "id": 706, "phone": "+4915112345678",
          "sms_marketing_consent": ["state": .string(state), "consent_updated_at": "2026-03-04T10:00:00Z"],
        ]))
    #expect(sms.first?.customerID == "+4915112345678")
    #expect(sms.first?.identified?.consent == ["sms": consent])
  }

  @Test func `an abandoned checkout is a cart as soon as its customer is known`() throws {
    var checkout: JSONObject = [
      "id": 33, "token": "chk-1", "cart_token": "c-1", "email": "", "phone": nil, "completed_at": nil,
      "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:05:00Z", "currency": "EUR",
      "abandoned_checkout_url": "https://tea.example/checkouts/chk-1/recover",
      "line_items": [["sku": "longjing-100", "title": "Longjing", "quantity": 2, "price": "12.25"]],
    ]
    #expect(
      HookSamples.shopify("checkouts/create", checkout).unused == [
        "names no customer yet: neither e-mail address nor phone"
      ])
    checkout["email"] = "ann@shop.example"
    let events = try HookSamples.events(HookSamples.shopify("checkouts/update", checkout))
    #expect(
      events.map(\.line) == [
        "customer_identified ann@shop.example 2026-03-01T10:00:00Z",
        "cart_updated ann@shop.example 2026-03-01T10:05:00Z",
      ])
    let tea = OrderLine(
      sku: "longjing-100", name: "Longjing", quantity: 2, price: 1225, currency: Currency("EUR"))
    #expect(
      events[1].effect
        == .cartChanged(
          cartID: "chk-1", url: "https://tea.example/checkouts/chk-1/recover", change: .replace([tea])))
    checkout["line_items"] = []
    let emptied = try HookSamples.events(HookSamples.shopify("checkouts/update", checkout))
    #expect(emptied.last?.event.name == .cartEmptied)
    checkout["completed_at"] = "2026-03-01T10:06:00Z"
    #expect(
      HookSamples.shopify("checkouts/update", checkout).unused == [
        "a completed checkout; the order tells of it"
      ])
  }

  @Test func `each variant is a product, with price, stock and the fields of its parent`() throws {
    let reading = HookSamples.shopify(
      "products/update",
      [
        "id": 7, "title": "Longjing", "handle": "longjing", "product_type": "Green tea", "status": "active",
        "published_at": "2026-01-05T00:00:00Z", "updated_at": "2026-03-02T00:00:00Z", "tags": "new, spring",
        "image": ["id": 1, "src": "https://cdn.example/a.jpg"],
        "images": [
          ["id": 1, "src": "https://cdn.example/a.jpg"], ["id": 2, "src": "https://cdn.example/b.jpg"],
        ],
        "variants": [
          [
            "id": 71, "sku": "longjing-100", "title": "100 g", "price": "12.25", "compare_at_price": "15.00",
            "inventory_management": "shopify", "inventory_quantity": -1, "image_id": 2,
          ],
          ["id": 72, "sku": "", "title": "Default Title", "price": "0.50", "inventory_quantity": 4],
        ],
      ])
    let eur = Currency("EUR") ?? .unknown
    func product(_ sku: String) -> Product {
      Product(
        sku: sku, url: "https://tea.example/products/longjing", category: "Green tea", parent: "7",
        isAvailable: true, launchedAt: Instant(iso8601: "2026-01-05T00:00:00Z"), tags: ["new", "spring"],
        toldAt: Instant(iso8601: "2026-03-02T00:00:00Z"))
    }
    var small = product("longjing-100")
    small.name = "Longjing - 100 g"
    small.image = "https://cdn.example/b.jpg"
    small.price = Money(minorUnits: 1225, currency: eur)
    small.listPrice = Money(minorUnits: 1500, currency: eur)
    small.stock = -1
    var bare = product("72")
    bare.name = "Longjing"
    bare.image = "https://cdn.example/a.jpg"
    bare.price = Money(minorUnits: 50, currency: eur)
    #expect(reading.products == [small, bare])
    #expect(reading.unused == [])
    #expect(HookSamples.shopify("products/delete", ["id": 7]).removedParents == ["7"])
  }

  @Test func `a request to forget names every id that the customer may have here`() {
    let request: JSONObject = [
      "shop_id": 1, "shop_domain": "tea.myshopify.com", "orders_to_redact": [5_001],
      "customer": ["id": 706, "email": "Ann@shop.example", "phone": "+4915112345678"],
    ]
    let reading = HookSamples.shopify("customers/redact", request)
    #expect(reading.forgotten == ["ann@shop.example", "+4915112345678"])
    #expect(HookSamples.shopify("customers/data_request", request).task == .dataRequest)
    #expect(HookSamples.shopify("shop/redact", ["shop_id": 1]).task == .shopRedact)
  }
}
