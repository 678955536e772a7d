import Configuration
import Testing

/// `hooks` below `http:`.
struct HookSettingsTests {
  private static let settings = "reprise.yaml"

  @Test func `a shop system has an address if its secret is configured`() throws {
    let shop = ShopDirectory()
    #expect(shop.load().loaded?.settings.http.hooks.shopify == nil)
    shop.change(
      Self.settings, "channels:",
      to: """
          hooks:
            shopify: {secret: "${env:SHOPIFY}", shop: tea.myshopify.com}
            woocommerce: {secret: "${env:WOO}"}
            youzan: {client_id: 29f22f, client_secret: "${env:YOUZAN}"}
        channels:
        """)
    let hooks = try #require(shop.load().loaded?.settings.http.hooks)
    #expect(hooks.shopify?.shop == "tea.myshopify.com")
    #expect(hooks.woocommerce != nil)
    #expect(hooks.youzan?.clientID == "29f22f")
    #expect("\(hooks)".contains("<secret>"))
  }

  static let mistakes = [
    BadInput(
      "a shop system that there is not", in: settings, "channels:",
      to: "  hooks: {shopfy: {secret: x}}\nchannels:",
      says: """
        config/reprise.yaml:11:11: error: unknown key 'shopfy' in hooks; did you mean 'shopify'?
          11 |   hooks: {shopfy: {secret: <secret>}}
             |           ^~~~~~
        1 error in 1 file

        """),
    BadInput(
      "a shop system without its secret", in: settings, "channels:",
      to: "  hooks: {shopify: {shop: tea.myshopify.com}}\nchannels:",
      says: """
        config/reprise.yaml:11:20: error: missing key 'secret' in shopify; for example 'secret: ${credential:shopify_secret}'
          11 |   hooks: {shopify: {shop: tea.myshopify.com}}
             |                    ^
        1 error in 1 file

        """),
    BadInput(
      "a secret written into the file", in: settings, "channels:",
      to: "  hooks: {woocommerce: {secret: hunter2}}\nchannels:",
      says: """
        config/reprise.yaml:11:33: warning: 'secret' is a secret written into the file; write ${credential:NAME} and keep it in the file credentials/NAME, or ${env:NAME}
          11 |   hooks: {woocommerce: {secret: <secret>}}
             |                                 ^~~~~~~~
        1 warning in 1 file

        """),
  ]

  @Test(arguments: mistakes)
  func `a mistake is reported with its place and the way out`(_ mistake: BadInput) { mistake.check() }
}
