internal import Domain
package import Platform

/// The operator's settings for the listener and its pages.
package struct WebConfiguration: Sendable {
  /// Address, port and limits of the listener.
  package var listener: HTTPServer.Configuration
  /// Such as `https://hello.tea.example`; operators' pages are not served under its host. `nil` if there is
  /// none.
  package var publicURL: String?
  /// Additional host names for `/`, `/healthz`, `/readyz` and `/metrics`, for example for a scraper in a
  /// container.
  package var hosts: [String] = []
  /// The keys that may send events. If empty, no events are accepted.
  package var writeKeys: [String]
  /// Shown on hosted pages.
  package var brandName: String
  /// BCP 47; the language of hosted pages for browsers that accept none of ours.
  package var locale = "en"
  /// Shown on `/` and in `reprise_build_info`.
  package var version = "dev"
  package var decoder: TrackingDecoder
  /// The signing secrets of shop systems' webhooks.
  package var hooks = HookSettings()
  /// The maximum size of a body in bytes, both as sent and unpacked.
  package var maximumBody = 4 << 20

  package init(
    listener: HTTPServer.Configuration, writeKeys: [String], brandName: String, decoder: TrackingDecoder
  ) {
    self.listener = listener
    self.writeKeys = writeKeys
    self.brandName = brandName
    self.decoder = decoder
  }
}
