import Configuration
import Decisioning
import Domain
import Glibc
import Platform
import Templates
import Testing

/// The directory `config/` that the program is delivered with.
struct ExampleTests {
  /// Takes any adapter; the adapters' own keys are checked where they are known.
  private static let adapters = Shape<String>(
    SchemaNode(.mapping([]), expected: "channel", example: "{adapter: smtp}")
  ) { node, _ in node["adapter"]?.scalar?.text }

  static var directory: String {
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
      + "/config"
  }

  private static func load() -> (loaded: LoadedConfiguration<String, String>?, report: DiagnosticReport) {
    ConfigurationLoader(
      directory: directory, adapters: adapters, sources: ShopDirectory.sources,
      policy: { $0 == "smtp" ? (.email, .email) : (.phone, .text) }, zones: ShopDirectory.zones, secrets: nil
    ).load()
  }

  @Test func `the example has no error and no warning`() throws {
    let (loaded, report) = Self.load()
    #expect(report.rendered() == "")
    let draft = try #require(loaded?.draft)
    #expect(
      draft.triggers.keys.map(\.rawValue).sorted() == [
        "birthday", "cart_recovery", "replenishment", "welcome", "win_back",
      ])
    #expect(draft.channels.keys.map(\.rawValue).sorted() == ["email", "sms"])
    #expect(draft.channels["sms"]?.consent == .optIn)
  }

  // MARK: What customers read

  static let now = Instant(seconds: 1_772_330_400)  // 2026-03-01 10:00 in Shanghai

  static func customer() throws -> CustomerState {
    var customer = Customer(key: CustomerKey(1), id: "c-1")
    customer.email = "mei@example.com"
    customer.phone = "+8613800000000"
    customer.firstName = "Mei <3"
    customer.birthday = Birthday(month: 3, day: 4, year: 1990)
    let lines = [
      OrderLine(sku: "LJ-100", name: "Longjing, 100 g", quantity: 2, price: 12_800),
      OrderLine(sku: "CUP", quantity: 1, price: 4_500),
    ]
    let currency = try #require(Currency("CNY"))
    let order = Order(
      id: "A-1001", placedAt: now - .days(95), total: Money(minorUnits: 30_100, currency: currency),
      lines: lines,
      receivedAt: now - .days(95))
    let cart = Cart(
      id: "default",
      changes: lines.enumerated().map { index, line in
        CartChange(id: "m\(index)", at: now - .hours(1), kind: .add(line))
      }, url: "https://tea.example/cart")
    return CustomerState(customer: customer, orders: [order], carts: [cart])
  }

  private static func preview(_ template: String, channel: ChannelName? = nil) throws -> MessageContent {
    let draft = try #require(load().loaded?.draft)
    let program = draft.program(
      linkKey: LinkSigner.SigningKey(id: "1", secret: [UInt8](repeating: 7, count: 32)), holdoutSalt: "")
    let currency = try #require(Currency("CNY"))
    let product = Product(
      sku: "LJ-100", name: "Longjing, 100 g", url: "https://tea.example/longjing",
      price: Money(minorUnits: 12_800, currency: currency), cycleDays: 50)
    return try Preview.compose(
      template: template, channel: channel, state: customer(),
      catalog: Catalog(products: ["LJ-100": product]),
      program: program, now: now
    ).get().content
  }

  @Test(arguments: [
    ("welcome/thanks", "Thank you for your first order, Mei <3"),
    ("welcome/guide", "Three habits of people who make good tea"),
    ("cart/reminder", "Mei <3, your tea is still in the cart"),
    ("cart/last-call", "We will put your tea back on the shelf tomorrow"),
    ("replenish/soon", "Your Longjing, 100 g runs out around 6 March"),
    ("birthday/gift", "A small gift for your birthday, Mei <3"),
    ("winback/miss-you", "It has been a while, Mei <3"),
    ("winback/last", "May we still write to you?"),
  ])
  func `each example mail can be written`(template: String, subject: String) throws {
    let content = try Self.preview(template, channel: "email")
    #expect(content.subject == subject)
    let html = try #require(content.html)
    #expect(html.contains("<p>Dear Mei &lt;3,</p>") || !html.contains("Dear"))
    #expect(!html.contains("Mei <3"))
    #expect(html.contains("href=\"\(try #require(content.unsubscribeURL))\""))
    #expect(!html.contains("{{") && !html.contains("{%"))
    #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
  }

  @Test func `the text of the first mail reads well`() throws {
    let content = try Self.preview("welcome/thanks")
    #expect(
      content.text.replacing(content.unsubscribeURL ?? "-", with: "LINK") == """
        Dear Mei <3,

        thank you for order A-1001. We are packing it now:

        - 2 x Longjing, 100 g, CN¥128.00
        - 1 x CUP, CN¥45.00

        Total: CN¥301.00

        In three days we will send you a short guide to brewing it well.

        Qingshan Tea, No. 1 Hill Road, Hangzhou
        Unsubscribe: LINK

        """)
  }

  @Test func `the cart stands in its mail line by line`() throws {
    let html = try #require(try Self.preview("cart/reminder").html)
    let body = html.split(separator: "\n").drop { !$0.contains("You left") }.prefix { !$0.contains("<hr") }
    #expect(
      body.joined(separator: "\n") == """
        <p>You left something behind:</p>
        <table style="width:100%;border-collapse:collapse">
        <tr>
        <td style="padding:8px 0"><a href="https://tea.example/longjing" style="color:#4a6741">Longjing, 100 g</a></td>
        <td style="padding:8px 0;text-align:right;white-space:nowrap">2 &times; CN¥128.00</td>
        </tr>
        <tr>
        <td style="padding:8px 0">CUP</td>
        <td style="padding:8px 0;text-align:right;white-space:nowrap">1 &times; CN¥45.00</td>
        </tr>
        </table>
        <p style="text-align:right"><strong>CN¥301.00</strong></p>
        <p><a href="https://tea.example/cart" style="display:inline-block;background:#4a6741;color:#fff;padding:10px 22px;text-decoration:none">Back to the cart</a></p>
        """)
  }

  @Test func `the example text message is short`() throws {
    let content = try Self.preview("cart/last-call", channel: "sms")
    #expect(
      content.text.replacing(content.unsubscribeURL ?? "-", with: "LINK")
        == "Qingshan Tea: your cart (CN¥301.00) is kept until tomorrow: https://tea.example/cart Unsubscribe: LINK"
    )
  }
}
