import Domain

/// How people of a locale write an amount of money (CLDR): sign of the currency, grouping, decimal mark.
struct MoneyFormat: Sendable {
  private let language: String
  private let region: String

  /// `locale` is a BCP 47 tag; unknown languages are written as English.
  init(locale: String) {
    var parts: [[UInt8]] = [[]]
    for byte in locale.utf8 {
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "_"): parts.append([])
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): parts[parts.count - 1].append(byte + 0x20)
      default: parts[parts.count - 1].append(byte)
      }
    }
    parts.removeAll { $0.isEmpty }
    language = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? "en"
    region =
      parts.dropFirst().first { $0.count == 2 }.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// `space` is put where a locale wants one: a no-break space in HTML, a plain one where SMS alphabets count.
  func text(_ money: Money, space: String) -> String {
    let (group, point) = marks(space)
    let scale = UInt64(money.currency.minorUnitsPerMajor)
    let magnitude = money.minorUnits.magnitude
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    appendGrouped(magnitude / scale, by: group, to: &bytes)
    if scale > 1 {
      bytes.append(contentsOf: point.utf8)
      var place = scale / 10
      while place > 0 {
        bytes.append(0x30 + UInt8(truncatingIfNeeded: magnitude / place % 10))
        place /= 10
      }
    }
    let amount = String(decoding: bytes, as: UTF8.self)
    let sign = money.minorUnits < 0 ? "-" : ""
    let symbol = symbol(money.currency)
    if signFollows { return sign + amount + space + symbol }
    let needsSpace =
      (symbol.utf8.last?.isLetter ?? false) || ["nl", "pt", "nb", "no", "da"].contains(language)
      || (language == "de" && (region == "ch" || region == "at"))
    return sign + symbol + (needsSpace ? space : "") + amount
  }

  private var signFollows: Bool {
    switch language {
    case "de": region != "ch" && region != "at" && region != "li"
    case "pt": region == "pt"
    case "es": region.isEmpty || region == "es"
    case "fr", "it", "ru", "pl", "cs", "sk", "uk", "sv", "fi", "bg", "ro", "hu", "el", "hr", "sl", "lt", "lv",
      "et",
      "da", "nb", "no", "vi":
      true
    default: false
    }
  }

  private func marks(_ space: String) -> (group: String, point: String) {
    switch language {
    case "de" where region == "ch" || region == "li": ("’", ".")
    case "es" where region == "mx": (",", ".")
    case "de", "it", "nl", "id", "tr", "da", "el", "hr", "sl", "ro", "vi", "es": (".", ",")
    case "pt": (region == "pt" ? space : ".", ",")
    case "fr", "ru", "pl", "cs", "sk", "uk", "sv", "nb", "no", "fi", "bg", "hu", "lt", "lv", "et":
      (space, ",")
    default: (",", ".")
    }
  }

  private func appendGrouped(_ number: UInt64, by group: String, to bytes: inout [UInt8]) {
    let isIndian = language == "hi" || region == "in"
    var place: UInt64 = 1
    var rest = 1
    while number / place >= 10 {
      place *= 10
      rest += 1
    }
    let first = rest
    while rest > 0 {
      if rest < first, isIndian ? rest == 3 || (rest > 3 && (rest - 3) % 2 == 0) : rest % 3 == 0 {
        bytes.append(contentsOf: group.utf8)
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
    case "USD": return language == "zh" || ["au", "ca", "nz", "gb"].contains(region) ? "US$" : "$"
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
