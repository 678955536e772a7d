import Platform
import Support
import Testing

/// A shop system's webhooks on the running program, signed by another program than ours.
struct ShopHookTests {
  private static let secret = "hush-hush"

  private static func configure(_ shop: TestShop) throws {
    try shop.configureCapture()
    let settings = try Files.readText(shop.configuration + "/reprise.yaml")
    try shop.write(
      "reprise.yaml",
      settings.replacing(
        "channels:\n",
        with: """
            hooks:
              shopify: {secret: "${env:SHOPIFY_SECRET}", shop: tea.myshopify.com}
          channels:

          """))
  }

  /// What curl was answered: the status and the body.
  private static func deliver(
    _ shop: TestShop, _ topic: String, _ body: String, secret: String = secret
  ) async throws -> (status: String, body: String) {
    let file = shop.directory + "/delivery.json"
    try Files.write(Array(body.utf8), to: file)
    let signed = try await Answer.of([
      "/bin/sh", "-c", "openssl dgst -sha256 -hmac '\(secret)' -binary '\(file)' | base64",
    ])
    let answer = try await Answer.of([
      "/usr/bin/curl", "-sS", "--noproxy", "*", "-w", "\n%{http_code}", "-H", "X-Shopify-Topic: \(topic)",
      "-H",
      "X-Shopify-Shop-Domain: tea.myshopify.com", "-H",
      "X-Shopify-Hmac-Sha256: \(signed.output.split(separator: "\n").first ?? "")", "--data-binary",
      "@\(file)",
      "http://127.0.0.1:\(shop.port)/v1/hooks/shopify",
    ])
    let lines = answer.output.split(separator: "\n")
    return (String(lines.last ?? ""), String(lines.first ?? ""))
  }

  private static let order = """
    {"id":5001,"name":"#1001","email":"ann@shop.example","test":false,"financial_status":"paid","currency":"CNY",
     "created_at":"2026-03-01T10:00:00+08:00","updated_at":"2026-03-01T10:00:01+08:00","total_price":"128.00",
     "line_items":[{"sku":"longjing-100","quantity":1,"price":"128.00"}]}
    """

  @Test(arguments: StoreKind.allCases)
  func `signed deliveries become a customer's history, others get 401`(kind: StoreKind) async throws {
    try await TestShop.run(kind) { shop in
      try Self.configure(shop)
      let daemon = try await shop.start(environment: ["SHOPIFY_SECRET": Self.secret])

      let bad = try await Self.deliver(shop, "orders/create", Self.order, secret: "guess")
      #expect(bad.status == "401")
      #expect(bad.body == #"{"success":false,"code":"unauthorized","message":"the signature does not fit"}"#)
      let found1 = try await shop.reprise("explain", "ann@shop.example")
      #expect(found1.status != 0)

      let good = try await Self.deliver(shop, "orders/create", Self.order)
      #expect(good.status == "200")
      #expect(good.body == #"{"success":true,"outcome":"used","stored":2,"duplicates":0}"#)
      let again = try await Self.deliver(shop, "orders/updated", Self.order)
      #expect(again.status == "200")
      let unused = try await Self.deliver(shop, "themes/publish", #"{"id":1}"#)
      #expect(unused.status == "200")
      #expect(
        unused.body
          == #"{"success":true,"outcome":"unused","stored":0,"duplicates":0,"unused":["a topic that Reprise has no use for"]}"#
      )

      let told = try await shop.reprise("export", "ann@shop.example")
      #expect(told.output.contains(##""id": "#1001""##), "\(told)")
      #expect(told.output.contains(#""told_at": "2026-03-01T02:00:01.000Z""#), "\(told)")
      let found2 = try await shop.reprise("explain", "ann@shop.example")
      #expect(found2.status == 0)

      let redact = """
        {"shop_id":1,"shop_domain":"tea.myshopify.com","orders_to_redact":[5001],
         "customer":{"id":706,"email":"ann@shop.example","phone":null}}
        """
      let forgotten = try await Self.deliver(shop, "customers/redact", redact)
      #expect(forgotten.status == "200" && forgotten.body.contains(#""outcome":"used""#))
      let found3 = try await shop.reprise("explain", "ann@shop.example")
      #expect(found3.status != 0)

      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      for (outcome, count) in [("used", 3), ("unsigned", 1), ("unused", 1), ("failed", 0)] {
        #expect(
          metrics.contains(
            #"reprise_hook_deliveries_total{platform="shopify",outcome="\#(outcome)"} \#(count)"#))
      }
      #expect(daemon.text.contains("hook_unsigned") && !daemon.text.contains("#1001"))
      #expect(!daemon.text.contains(Self.secret))
    }
  }

  @Test
  func `an order from a file and from a webhook is one order of one customer, and the later report counts`()
    async throws
  {
    try await TestShop.run { shop in
      try Self.configure(shop)
      _ = try await shop.start(environment: ["SHOPIFY_SECRET": Self.secret])
      let first = try await Self.deliver(shop, "orders/create", Self.order)
      #expect(first.status == "200")
      let file = shop.directory + "/orders_export.csv"
      let text = """
        Name,Email,Financial Status,Created at,Total,Currency,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku
        #1001,ann@shop.example,paid,2026-03-01 10:00:00 +0800,99.00,CNY,1,Longjing,99.00,longjing-100
        #1000,ann@shop.example,paid,2026-02-01 10:00:00 +0800,64.00,CNY,1,Longjing,64.00,longjing-50

        """
      try Files.write(Array(text.utf8), to: file)
      let imported = try await shop.reprise("import", "orders", file, "--preset", "shopify")
      #expect(imported.status == 0, "\(imported)")
      let told = try await shop.reprise("export", "ann@shop.example").json()
      let orders = (told["orders"]?.arrayValue ?? []).map {
        "\($0["id"]?.stringValue ?? "") \($0["total"]?.integerValue ?? 0)"
      }
      #expect(orders.sorted() == ["#1000 6400", "#1001 12800"])
    }
  }
}
