internal import Platform

/// `hooks` under `http:`: the signing secrets of shop systems' webhooks.
struct HooksFile: Sendable {
  var shopify: HookSecrets.Shopify?
  var woocommerce: HookSecrets.WooCommerce?
  var youzan: HookSecrets.Youzan?

  static let shape = Shape<HooksFile>.mapping(
    "hooks",
    .optional("shopify", shopify, "Shopify, under /v1/hooks/shopify."),
    .optional("woocommerce", woocommerce, "WooCommerce, under /v1/hooks/woocommerce."),
    .optional("youzan", youzan, "有赞, under /v1/hooks/youzan.")
  ) { HooksFile(shopify: $0, woocommerce: $1, youzan: $2) }

  private static let shopify = Shape<HookSecrets.Shopify>.mapping(
    "shopify",
    .required(
      "secret", .secret(named: "shopify_secret"),
      "What Shopify signs with: stands under its webhooks, or is the client secret of the app that made them."
    ),
    .optional(
      "shop", .text(maximum: 255, example: "tea.myshopify.com"),
      "Only deliveries that say they come from this shop.")
  ) { HookSecrets.Shopify(secret: $0, shop: $1) }

  private static let woocommerce = Shape<HookSecrets.WooCommerce>.mapping(
    "woocommerce",
    .required(
      "secret", .secret(named: "woocommerce_secret"), "As given to each of its webhooks.")
  ) { HookSecrets.WooCommerce(secret: $0) }

  private static let youzan = Shape<HookSecrets.Youzan>.mapping(
    "youzan",
    .required("client_id", .text(maximum: 255, example: "29f22f7d615e50079f"), "The app's client_id."),
    .required("client_secret", .secret(named: "youzan_secret"), "The app's client_secret.")
  ) { HookSecrets.Youzan(clientID: $0, clientSecret: $1) }

  var secrets: HookSecrets {
    HookSecrets(shopify: shopify, woocommerce: woocommerce, youzan: youzan)
  }
}
