/// The languages of hosted pages.
enum PageLanguage: String, Sendable, CaseIterable {
  case english = "en"
  case chinese = "zh-Hans"

  /// The best match for an `Accept-Language` field (RFC 9110 section 12.5.4), or `fallback` if none matches.
  /// A field over a kilobyte does not come from a browser and is ignored.
  init(accept field: String?, fallback: PageLanguage) {
    let field = (field?.utf8.count ?? 0) <= 1024 ? field ?? "" : ""
    var best = (language: fallback, quality: 0.0)
    for item in field.utf8.split(separator: UInt8(ascii: ",")) {
      let parts = String(Substring(item)).lowercased().utf8.split(separator: UInt8(ascii: ";"))
        .map { Substring($0).omitting { $0 == UInt8(ascii: " ") } }
      guard let range = parts.first, let language = Self(range: range) else { continue }
      var quality = 1.0
      for text in parts.dropFirst() {
        if text.hasPrefix("q=") { quality = Double(text.dropFirst(2)) ?? 0 }
      }
      if quality > best.quality { best = (language, quality) }
    }
    self = best.language
  }

  /// The language of a BCP 47 tag or range; `nil` if it is not supported.
  init?(range: String) {
    switch range.lowercased().prefix(before: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }) {
    case "en": self = .english
    case "zh": self = .chinese
    default: return nil
    }
  }
}
