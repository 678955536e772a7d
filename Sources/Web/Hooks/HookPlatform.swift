/// A shop system whose own webhooks are taken. The raw value is its word in the path, the configuration, the metric and
/// the ids of its events.
package enum HookPlatform: String, Sendable, CaseIterable {
  case shopify, woocommerce, youzan
}

/// What the platforms sign their deliveries with. A platform that is `nil` has no address here.
package struct HookSettings: Sendable {
  package var shopify: Shopify?
  package var woocommerce: WooCommerce?
  package var youzan: Youzan?
  /// Where the shop's products have their pages, without a slash at the end; `nil` leaves them without.
  package var shopURL: String?

  /// An empty secret fits no signature, as where the credential is not on this machine.
  package struct Shopify: Sendable {
    package var secret: String
    /// The `myshopify.com` name from which deliveries must say they come; `nil` takes any.
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
