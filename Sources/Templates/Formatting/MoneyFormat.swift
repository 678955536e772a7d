import Domain

/// A locale's format for amounts of money (CLDR): currency sign, grouping, decimal mark.
struct MoneyFormat: Sendable {
  private let language: Tag
  private let region: Tag
  private let group: Group
  private let point: UInt8
  private let signFollows: Bool
  /// Whether a space always follows the sign.
  private let spacesSign: Bool
  private let groupsInTwos: Bool

  /// A language or region of a locale, in lower case. Stored as a number, because each text is compared with
  /// several dozen.
  private struct Tag: Equatable, ExpressibleByStringLiteral {
    private let code: UInt64

    /// Longer tags than any known one do not matter.
    init(_ text: Substring.UTF8View) {
      code = text.count > 7 ? .max : text.reduce(0) { $0 << 8 | UInt64($1 | 0x20) }
    }

    init(stringLiteral text: StaticString) {
      code = text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt64($1) } }
    }
  }

  /// The separator of digit groups.
  private enum Group { case comma, point, apostrophe, space }

  /// `locale` is a BCP 47 tag; unknown languages use English.
  init(locale: String) {
    var language: Tag = "en"
    var region: Tag = ""
    var rest = locale.utf8[...]
    var isFirst = true
    while !rest.isEmpty {
      let part = rest.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
      rest = rest.dropFirst(part.count + 1)
      if part.isEmpty { continue }
      if isFirst {
        language = Tag(part)
        isFirst = false
      } else if part.count == 2 {
        region = Tag(part)
        break
      }
    }
    self.language = language
    self.region = region
    (group, point) = Self.marks(language, region)
    signFollows = Self.signFollows(language, region)
    spacesSign =
      switch language {
      case "nl", "pt", "nb", "no", "da": true
      case "de": region == "ch" || region == "at"
      default: false
      }
    groupsInTwos = language == "hi" || region == "in"
  }

  /// `space` is used where a locale wants one: a no-break space in HTML, a plain one for SMS alphabets.
  func text(_ money: Money, space: String) -> String {
    let symbol = symbol(money.currency)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(48)
    if money.minorUnits < 0 { bytes.append(UInt8(ascii: "-")) }
    if !signFollows {
      bytes.append(contentsOf: symbol.utf8)
      if spacesSign || symbol.utf8.last?.isLetter ?? false { bytes.append(contentsOf: space.utf8) }
    }
    let scale = UInt64(money.currency.minorUnitsPerMajor)
    let magnitude = money.minorUnits.magnitude
    appendGrouped(magnitude / scale, space, to: &bytes)
    if scale > 1 {
      bytes.append(point)
      var place = scale / 10
      while place > 0 {
        bytes.append(0x30 + UInt8(truncatingIfNeeded: magnitude / place % 10))
        place /= 10
      }
    }
    if signFollows {
      bytes.append(contentsOf: space.utf8)
      bytes.append(contentsOf: symbol.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func signFollows(_ language: Tag, _ region: Tag) -> Bool {
    switch language {
    case "de": region != "ch" && region != "at" && region != "li"
    case "pt": region == "pt"
    case "es": region == "" || region == "es"
    case "fr", "it", "ru", "pl", "cs", "sk", "uk", "sv", "fi", "bg", "ro", "hu", "el", "hr", "sl", "lt", "lv",
      "et",
      "da", "nb", "no", "vi":
      true
    default: false
    }
  }

  private static func marks(_ language: Tag, _ region: Tag) -> (group: Group, point: UInt8) {
    let (comma, point) = (UInt8(ascii: ","), UInt8(ascii: "."))
    return switch language {
    case "de" where region == "ch" || region == "li": (.apostrophe, point)
    case "es" where region == "mx": (.comma, point)
    case "de", "it", "nl", "id", "tr", "da", "el", "hr", "sl", "ro", "vi", "es": (.point, comma)
    case "pt": (region == "pt" ? .space : .point, comma)
    case "fr", "ru", "pl", "cs", "sk", "uk", "sv", "nb", "no", "fi", "bg", "hu", "lt", "lv", "et":
      (.space, comma)
    default: (.comma, point)
    }
  }

  private func appendGrouped(_ number: UInt64, _ space: String, to bytes: inout [UInt8]) {
    var place: UInt64 = 1
    var rest = 1
    while number / place >= 10 {
      place *= 10
      rest += 1
    }
    let first = rest
    while rest > 0 {
      if rest < first, groupsInTwos ? rest == 3 || (rest > 3 && (rest - 3) % 2 == 0) : rest % 3 == 0 {
        switch group {
        case .comma: bytes.append(UInt8(ascii: ","))
        case .point: bytes.append(UInt8(ascii: "."))
        case .apostrophe: bytes.append(contentsOf: "’".utf8)
        case .space: bytes.append(contentsOf: space.utf8)
        }
      }
      bytes.append(0x30 + UInt8(truncatingIfNeeded: number / place % 10))
      place /= 10
      rest -= 1
    }
  }

  private func symbol(_ currency: Currency) -> String {
    switch currency.code {
    case "CNY": return language == "zh" ? "¥" : "CN¥"
    case "JPY": return language == "zh" ? "JP¥" : "¥"
    case "USD":
      return language == "zh" || region == "au" || region == "ca" || region == "nz" || region == "gb"
        ? "US$" : "$"
    case "EUR": return "€"
    case "GBP": return "£"
    case "INR": return "₹"
    case "KRW": return "₩"
    case "VND": return "₫"
    case "ILS": return "₪"
    case "BRL": return "R$"
    case "HKD": return "HK$"
    case "TWD": return region == "tw" ? "$" : "NT$"
    case "CAD": return region == "ca" ? "$" : "CA$"
    case "AUD": return region == "au" ? "$" : "A$"
    case "NZD": return region == "nz" ? "$" : "NZ$"
    case "MXN": return region == "mx" ? "$" : "MX$"
    case "RUB": return language == "ru" ? "₽" : "RUB"
    case "PLN": return language == "pl" ? "zł" : "PLN"
    case "SEK" where language == "sv", "NOK" where language == "nb" || language == "no": return "kr"
    case "DKK" where language == "da": return "kr."
    case "CZK" where language == "cs": return "Kč"
    case "TRY" where language == "tr": return "₺"
    default: return currency.code
    }
  }
}
