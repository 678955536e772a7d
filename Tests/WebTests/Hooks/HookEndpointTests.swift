import Domain
import Platform
import Support
import Testing

@testable import Web

/// Deliveries over a socket: who may, what is answered, what it does.
struct HookEndpointTests {
  private static let secret = "hush"
  private static let wooSecret = "wc §"

  /// Base64 of HMAC-SHA256 by Python, and MD5:
  /// `base64.b64encode(hmac.new(b"hush", body, hashlib.sha256).digest())`,
  /// `hashlib.md5(b"29f22f" + body + b"s3cret").hexdigest()`.
  private static let body = ##"{"id":820982911946154508,"name":"#1001","note":"茶"}"##
  private static let shopifySign = "czi3ZrPnSZ6v4H+FcGsoyKyJI9Kke0cHoygdCcfjpss="
  private static let wooSign = "lDsbD2fRER2WQKQTPrKqmaa7pAboqbLNK2CnndcqWIU="
  private static let youzanSign = "d3ec7d70ea3ebed2a5a9139a27fc7e7c"

  private static func run(shop: String? = nil, _ body: (TestSite) async throws -> Void) async throws {
    try await TestSite.run(
      configure: { configuration in
        configuration.hooks.shopify = .init(secret: secret, shop: shop)
        configuration.hooks.woocommerce = .init(secret: wooSecret)
        configuration.hooks.youzan = .init(clientID: "29f22f", clientSecret: "s3cret")
        configuration.decoder.channels = HookSamples.channels
        configuration.maximumBody = 64 << 10
      }, body)
  }

  private static func send(
    _ site: TestSite, _ platform: String, _ body: String, _ headers: String
  ) async throws -> RawAnswer {
    try await site.send(
      "POST /v1/hooks/\(platform) HTTP/1.1\r\nHost: hello.tea.example\r\nContent-Type: application/json\r\n"
        + "\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
  }

  /// A signed delivery of Shopify.
  private static func deliver(
    _ site: TestSite, _ topic: String, _ body: JSONObject, more: String = ""
  ) async throws -> RawAnswer {
    let text = JSON.object(body).text()
    let tag = HMACSHA256(key: Array(secret.utf8)).authenticate(text).bytes
    return try await send(
      site, "shopify", text,
      "X-Shopify-Topic: \(topic)\r\nX-Shopify-Hmac-Sha256: \(Base64.text(tag))\r\n\(more)")
  }

  @Test(
    arguments: [
      ("shopify", "X-Shopify-Hmac-Sha256", shopifySign), ("woocommerce", "X-WC-Webhook-Signature", wooSign),
      ("youzan", "Event-Sign", youzanSign), ("youzan", "event-sign", youzanSign.uppercased()),
    ])
  func `a signature that matches the body's bytes is accepted`(
    _ platform: String, _ header: String, _ sign: String
  ) async throws {
    try await Self.run { site in
      let answer = try await Self.send(site, platform, Self.body, "\(header): \(sign)\r\n")
      #expect(answer.status == 200, "\(answer.body)")
    }
  }

  @Test(
    arguments: [
      ("shopify", ""), ("shopify", "X-Shopify-Hmac-Sha256: \(wooSign)\r\n"),
      ("shopify", "X-Shopify-Hmac-Sha256: \(shopifySign.dropLast(4))\r\n"),
      ("shopify", "X-Shopify-Hmac-Sha256: ?\r\n"),
      ("shopify", "X-Shopify-Hmac-Sha256: \(shopifySign)\r\nX-Shopify-Hmac-Sha256: \(shopifySign)\r\n"),
      ("shopify", "X-WC-Webhook-Signature: \(shopifySign)\r\n"), ("woocommerce", ""),
      ("woocommerce", "X-WC-Webhook-Signature: \(shopifySign)\r\n"), ("youzan", ""),
      ("youzan", "Event-Sign: 00000000000000000000000000000000\r\n"),
    ])
  func `any other gets 401 without a reason, and does nothing`(
    _ platform: String, _ headers: String
  ) async throws {
    try await Self.run { site in
      let answer = try await Self.send(site, platform, Self.body, headers)
      #expect(answer.status == 401)
      #expect(
        answer.body
          == #"{"success":false,"code":"unauthorized","message":"the signature does not fit"}"# + "\n")
      #expect(site.state.batches == [])
      #expect(site.log.lines.contains { $0.contains("hook_unsigned") })
      #expect(!site.log.lines.contains { $0.contains("1001") })
      let metrics = try await site.get("/metrics").body
      #expect(
        metrics.contains(
          #"reprise_hook_deliveries_total{platform="\#(platform)",outcome="unsigned"} 1"#))
    }
  }

  @Test func `a changed byte invalidates the signature`() async throws {
    try await Self.run { site in
      let answer = try await Self.send(
        site, "shopify", Self.body.replacing("茶", with: "荼"), "X-Shopify-Hmac-Sha256: \(Self.shopifySign)\r\n"
      )
      #expect(answer.status == 401)
    }
  }

  @Test func `an unconfigured address does not exist, and only POST is accepted`() async throws {
    try await TestSite.run { site in
      let answer = try await Self.send(
        site, "shopify", Self.body, "X-Shopify-Hmac-Sha256: \(Self.shopifySign)\r\n")
      #expect(answer.status == 404)
    }
    try await Self.run { site in
      let found1 = try await site.get("/v1/hooks/shopify")
      #expect(found1.status == 405)
      let found2 = try await Self.send(site, "etsy", Self.body, "")
      #expect(found2.status == 404)
    }
  }

  @Test func `an empty secret accepts nothing`() async throws {
    try await TestSite.run(configure: { $0.hooks.shopify = .init(secret: "") }) { site in
      let tag = HMACSHA256(key: []).authenticate(Self.body).bytes
      let answer = try await Self.send(
        site, "shopify", Self.body, "X-Shopify-Hmac-Sha256: \(Base64.text(tag))\r\n")
      #expect(answer.status == 401)
    }
  }

  @Test func `deliveries of another shop are refused if one is configured`() async throws {
    try await Self.run(shop: "tea.myshopify.com") { site in
      let order = HookSamples.shopifyOrder()
      let other = try await Self.deliver(
        site, "orders/create", order, more: "X-Shopify-Shop-Domain: other.myshopify.com\r\n")
      #expect(other.status == 401)
      let found3 = try await Self.deliver(site, "orders/create", order)
      #expect(found3.status == 401)
      let own = try await Self.deliver(
        site, "orders/create", order, more: "X-Shopify-Shop-Domain: Tea.myshopify.com\r\n")
      #expect(own.status == 200)
    }
  }

  @Test func `a ping of WooCommerce needs no signature and does nothing`() async throws {
    try await Self.run { site in
      let answer = try await Self.send(site, "woocommerce", "webhook_id=17", "")
      #expect(answer.status == 200)
      #expect(answer.json?["outcome"] == "unused")
      for body in ["webhook_id=", "webhook_id=1&a=b", "webhook_id=123456789012345678901", "{}"] {
        let found4 = try await Self.send(site, "woocommerce", body, "")
        #expect(found4.status == 401, "\(body)")
      }
      let found5 = try await Self.send(site, "shopify", "webhook_id=17", "")
      #expect(found5.status == 401)
      #expect(site.state.batches == [])
    }
  }

  @Test func `an order is stored once, however often and under whichever topic it arrives`() async throws {
    try await Self.run { site in
      let order = HookSamples.shopifyOrder()
      let first = try await Self.deliver(
        site, "orders/create", order, more: "X-Shopify-Webhook-Id: 1\r\n")
      #expect(first.status == 200)
      #expect(first.body == #"{"success":true,"outcome":"used","stored":2,"duplicates":0}"# + "\n")
      let again = try await Self.deliver(
        site, "orders/paid", order, more: "X-Shopify-Webhook-Id: 2\r\n")
      #expect(again.body == #"{"success":true,"outcome":"repeated","stored":0,"duplicates":2}"# + "\n")
      #expect(site.state.events.map(\.event.name) == [.customerIdentified, .orderCompleted])
    }
  }

  @Test func `products, deletions and requests to forget are applied`() async throws {
    try await Self.run { site in
      let product: JSONObject = [
        "id": 7, "title": "Tea", "updated_at": "2026-03-02T00:00:00Z",
        "variants": [["id": 71, "sku": "tea"]],
      ]
      let found6 = try await Self.deliver(site, "products/update", product)
      #expect(found6.json?["outcome"] == "used")
      let found7 = try await Self.deliver(site, "products/delete", ["id": 7])
      #expect(found7.json?["outcome"] == "used")
      let redact: JSONObject = [
        "shop_domain": "tea.myshopify.com", "orders_to_redact": [],
        "customer": ["email": "ann@shop.example", "phone": nil],
      ]
      let found8 = try await Self.deliver(site, "customers/redact", redact)
      #expect(found8.json?["outcome"] == "used")
      #expect(site.state.products.map(\.sku) == ["tea"])
      #expect(site.state.retired == ["7"])
      #expect(site.state.forgotten == ["ann@shop.example"])
    }
  }

  @Test(arguments: [("customers/data_request", "data_request"), ("shop/redact", "shop_redact")])
  func `what only an operator can do is logged`(_ topic: String, _ task: String) async throws {
    try await Self.run { site in
      let answer = try await Self.deliver(
        site, topic, ["shop_domain": "tea.myshopify.com", "customer": ["email": "ann@shop.example"]])
      #expect(answer.status == 200)
      let line = try #require(site.log.lines.first { $0.contains("hook_task") })
      #expect(line.contains(task) && !line.contains("ann@"))
    }
  }

  @Test(
    arguments: [
      ("{", "the body"), ("[1]", "the body is no JSON object"),
      (String(repeating: "[", count: 600) + String(repeating: "]", count: 600), ""),
    ])
  func `a signed but unreadable body gets 200, since a retry would be the same`(
    _ body: String, _ reason: String
  ) async throws {
    try await Self.run { site in
      let tag = HMACSHA256(key: Array(Self.secret.utf8)).authenticate(body).bytes
      let answer = try await Self.send(
        site, "shopify", body,
        "X-Shopify-Topic: orders/create\r\nX-Shopify-Hmac-Sha256: \(Base64.text(tag))\r\n")
      #expect(answer.status == 200)
      #expect(answer.json?["outcome"] == "refused")
      #expect(site.log.lines.contains { $0.contains("hook_refused") })
      #expect(reason.isEmpty || answer.json?["unused"]?[0]?.stringValue?.isEmpty == false)
    }
  }

  @Test func `a refused order is reported, and the rest of the delivery is kept`() async throws {
    try await Self.run { site in
      let answer = try await Self.deliver(
        site, "orders/create",
        HookSamples.shopifyOrder { $0["total_price_set"] = ["shop_money": ["amount": "a lot"]] })
      #expect(answer.status == 200)
      #expect(answer.json?["outcome"] == "refused")
      #expect(answer.json?["stored"] == 1)
      #expect(
        answer.json?["unused"]?[0]?.stringValue?.hasPrefix("properties.total: ") == true, "\(answer.body)")
    }
  }

  @Test func `only what could not be stored is requested again`() async throws {
    try await Self.run { site in
      site.change { $0.failures = 1 }
      let order = HookSamples.shopifyOrder()
      let failed = try await Self.deliver(site, "orders/create", order)
      #expect(failed.status == 503 && failed["Retry-After"] == "5")
      let found9 = try await Self.deliver(site, "orders/create", order)
      #expect(found9.json?["outcome"] == "used")
      let metrics = try await site.get("/metrics").body
      for outcome in ["failed", "used"] {
        #expect(
          metrics.contains(#"reprise_hook_deliveries_total{platform="shopify",outcome="\#(outcome)"} 1"#))
      }
    }
  }

  @Test func `a body over the limit is not read`() async throws {
    try await Self.run { site in
      let body = #"{"note":""# + String(repeating: "x", count: 70_000) + #""}"#
      let answer = try await Self.send(
        site, "shopify", body, "X-Shopify-Hmac-Sha256: \(Self.shopifySign)\r\n")
      #expect(answer.status == 413)
    }
  }

  @Test func `an event that arrives before its order is requested again, and then is the owner's`()
    async throws
  {
    try await Self.run { site in
      let at = Instant(milliseconds: SystemTime.wallMilliseconds()) + .hours(8)
      let time = at.iso8601.prefix(19).replacing("T", with: " ")
      let body = #"{"type":"trade_TradeClose","msg":{"tid":"E1","update_time":"\#(time)"}}"#
      let sign = Hex.text(Digest.md5.hash(Array("29f22f\(body)s3cret".utf8)))
      let early = try await Self.send(site, "youzan", body, "Event-Sign: \(sign)\r\n")
      #expect(early.status == 503 && early.json?["code"] == "early")
      site.change { $0.owners = ["E1": "+8613812345678"] }
      let known = try await Self.send(site, "youzan", body, "Event-Sign: \(sign)\r\n")
      #expect(known.body == #"{"code":0,"msg":"success","outcome":"used","stored":1,"duplicates":0}"# + "\n")
      #expect(site.state.events.map(\.customerID) == ["+8613812345678"])
      let metrics = try await site.get("/metrics").body
      #expect(metrics.contains(#"reprise_hook_deliveries_total{platform="youzan",outcome="early"} 1"#))
    }
  }

  @Test func `an order's later reports go to its owner, whatever address they name`() async throws {
    try await Self.run { site in
      site.change { $0.owners = ["#1001": "ann@shop.exmaple"] }
      let corrected = HookSamples.shopifyOrder { order in
        order["cancelled_at"] = "2026-03-02T10:00:00-05:00"
        order["refunds"] = [
          [
            "id": 900, "created_at": "2026-03-02T10:00:00Z",
            "transactions": [["kind": "refund", "status": "success", "amount": "5.00", "currency": "EUR"]],
          ]
        ]
      }
      let answer = try await Self.deliver(site, "orders/updated", corrected)
      #expect(answer.json?["outcome"] == "used")
      let shipped: JSONObject = [
        "id": 44, "order_id": 5_001, "name": "#1001.1", "email": "ann@shop.example", "status": "success",
        "created_at": "2026-03-01T15:00:00Z", "updated_at": "2026-03-01T15:00:00Z",
      ]
      _ = try await Self.deliver(site, "fulfillments/create", shipped)
      #expect(
        site.state.events.map { "\($0.event.name) \($0.customerID)" } == [
          "customer_identified ann@shop.example", "order_updated ann@shop.exmaple",
          "order_cancelled ann@shop.exmaple", "order_refunded ann@shop.exmaple",
          "order_shipped ann@shop.exmaple",
        ])
    }
  }
}
