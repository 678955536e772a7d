internal import Domain
package import Platform

/// What the operator decides about the listener and its pages.
package struct WebConfiguration: Sendable {
  /// Address, port and limits of the listener.
  package var listener: HTTPServer.Configuration
  /// `https://hello.tea.example`; operators' pages are not served under its host. `nil` when there is none.
  package var publicURL: String?
  /// Further host names under which `/`, `/healthz`, `/readyz` and `/metrics` are served, as for a scraper in a
  /// container.
  package var hosts: [String] = []
  /// The keys that may send events. When empty, nobody may.
  package var writeKeys: [String]
  /// Shown on hosted pages.
  package var brandName: String
  /// BCP 47; the language of hosted pages for browsers that ask for none of those there are.
  package var locale = "en"
  /// Shown on `/` and in `reprise_build_info`.
  package var version = "dev"
  package var decoder: TrackingDecoder
  /// The most bytes a body may have, both as sent and unpacked.
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
