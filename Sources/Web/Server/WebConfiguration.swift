internal import Domain
package import Platform

/// What the operator decides about the listener and its pages.
package struct WebConfiguration: Sendable {
  /// Address, port and limits of the listener.
  package var listener: HTTPServer.Configuration
  /// `https://hello.tea.example`; the operator's pages do not exist under its host. `nil` when there is none.
  package var publicURL: String?
  /// Further host names under which `/`, `/healthz`, `/readyz` and `/metrics` are asked for, as a scraper in a container
  /// does.
  package var hosts: [String] = []
  /// The keys that may send events. Without any, nobody may.
  package var writeKeys: [String]
  /// Stands on hosted pages.
  package var brandName: String
  /// BCP 47; the language of hosted pages for browsers that ask for none of ours.
  package var locale = "en"
  /// Stands on `/` and in `reprise_build_info`.
  package var version = "dev"
  package var decoder: TrackingDecoder
  /// Bytes of a body, as sent and when unpacked.
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
