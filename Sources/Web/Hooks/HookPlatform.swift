/// A shop system whose webhooks are supported. The raw value is its name in the path, the configuration, the
/// metric and event ids.
package enum HookPlatform: String, Sendable, CaseIterable {
  case shopify, woocommerce, youzan
}

/// The platforms' signing secrets. A platform that is `nil` has no endpoint.
package struct HookSettings: Sendable {
  package var shopify: Shopify?
  package var woocommerce: WooCommerce?
  package var youzan: Youzan?
  /// The base URL of product pages, without a trailing slash; `nil` if products get no URL.
  package var shopURL: String?

  /// A missing credential is an empty secret, which matches no signature.
  package struct Shopify: Sendable {
    package var secret: String
    /// The `myshopify.com` domain that deliveries must name; `nil` accepts any.
    package var shop: String?

    package init(secret: String, shop: String? = nil) {
      self.secret = secret
      self.shop = shop
    }
  }

  package struct WooCommerce: Sendable {
    package var secret: String

    package init(secret: String) { self.secret = secret }
  }

  package struct Youzan: Sendable {
    package var clientID: String
    package var clientSecret: String

    package init(clientID: String, clientSecret: String) {
      self.clientID = clientID
      self.clientSecret = clientSecret
    }
  }

  package init() {}
}
