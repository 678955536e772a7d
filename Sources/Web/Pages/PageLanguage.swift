/// The languages of hosted pages.
enum PageLanguage: String, Sendable, CaseIterable {
  case english = "en"
  case chinese = "zh-Hans"

  /// The best match of an `Accept-Language` field (RFC 9110 section 12.5.4), `fallback` when none of ours is
  /// asked for. A field of more than a kilobyte is no browser's and asks for nothing.
  init(accept field: String?, fallback: PageLanguage) {
    let field = (field?.utf8.count ?? 0) <= 1024 ? field ?? "" : ""
    var best = (language: fallback, quality: 0.0)
    for item in field.utf8.split(separator: UInt8(ascii: ",")) {
      let parts = String(decoding: item, as: UTF8.self).lowercased().split(separator: ";")
      guard let range = parts.first, let language = Self(range: range.filter { $0 != " " }) else { continue }
      var quality = 1.0
      for part in parts.dropFirst() {
        let text = part.filter { $0 != " " }
        if text.hasPrefix("q=") { quality = Double(text.dropFirst(2)) ?? 0 }
      }
      if quality > best.quality { best = (language, quality) }
    }
    self = best.language
  }

  /// The language of a BCP 47 tag or range; `nil` when it is not one of ours.
  init?(range: String) {
    switch range.lowercased().prefix(while: { $0 != "-" && $0 != "_" }) {
    case "en": self = .english
    case "zh": self = .chinese
    default: return nil
    }
  }
}
