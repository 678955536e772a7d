package import Decisioning
package import Domain
package import Platform

/// What the daemon needs besides the program: where it stores, listens and delivers.
package struct Settings<Adapter: Sendable>: Sendable {
  package var store: String
  package var http: ListenerSettings
  package var channels: [ChannelSettings<Adapter>]
  /// How long finished messages and decisions are kept; the ledger of sent messages is kept forever.
  package var retention: Duration
  /// How long visitors without an address are kept after their last visit.
  package var visitorRetention: Duration
  /// `nil` for the default location next to the store or below /run.
  package var controlSocket: String?
}

/// How the daemon receives events and serves customers.
package struct ListenerSettings: Sendable {
  package var listen: ListenAddress
  /// Without a trailing slash.
  package var publicURL: String
  package var writeKeys: [Secret]
  /// Additional host names for the operator's pages.
  package var hosts: [String]
  /// Whether connections come from a proxy, whose single address then stands for many clients.
  package var isBehindProxy: Bool
  /// Whether the operator has allowed connections from other machines.
  package var isExposed: Bool
  package var hooks = HookSecrets()
}

/// The signing secrets of shop systems' webhooks; one that is `nil` has no endpoint.
package struct HookSecrets: Sendable {
  package var shopify: Shopify?
  package var woocommerce: WooCommerce?
  package var youzan: Youzan?

  package struct Shopify: Sendable {
    package var secret: Secret
    /// The shop domain that deliveries must name; `nil` accepts any.
    package var shop: String?
  }

  package struct WooCommerce: Sendable {
    package var secret: Secret
  }

  package struct Youzan: Sendable {
    package var clientID: String
    package var clientSecret: Secret
  }
}

/// A channel and how it delivers.
package struct ChannelSettings<Adapter: Sendable>: Sendable {
  package var name: ChannelName
  package var adapter: Adapter
  package var address: AddressKind
  package var medium: Medium
}
