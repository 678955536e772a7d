extension Currency {
  /// A currency as shops write it: an ISO 4217 code in any case, `RMB`, `人民币`, `元`, or `¥`, which is the
  /// shop's own currency if that is CNY or JPY.
  package init(spelled text: String, shop: Currency) throws(CurrencyProblem) {
    // Longer than any spelling, so not worth comparing.
    guard text.utf8.count <= 32 else { throw .unknown(nearest: nil) }
    // The usual spelling.
    if let currency = Currency(text), currency.isListed {
      self = currency
      return
    }
    let word = text.utf8.trimmingBlanks
    if let currency = Currency(word), currency.isListed {
      self = currency
      return
    }
    switch word {
    case "人民币", "人民幣", "元", "圆", "圓": self = Currency("CNY") ?? shop
    case "\u{A5}", "\u{FFE5}":
      guard shop.code == "CNY" || shop.code == "JPY" else { throw .yenOrYuan }
      self = shop
    default: throw .unknown(nearest: Self.nearestCode(to: word))
    }
  }
}

/// Why a text is not a currency. Completes a sentence that starts with the field's name.
package enum CurrencyProblem: Error, Equatable, CustomStringConvertible {
  /// With the code that was probably meant.
  case unknown(nearest: String?)
  case yenOrYuan

  package var description: String {
    switch self {
    case .unknown: "not a currency; give ISO 4217, such as CNY\(hint)"
    case .yenOrYuan: "\u{A5} may be CNY or JPY; give one of these"
    }
  }

  /// `; did you mean 'EUR'?`, to end a sentence with; empty if nothing is similar.
  package var hint: String {
    guard case .unknown(let nearest?) = self else { return "" }
    return "; did you mean '\(nearest)'?"
  }
}

extension String.UTF8View {
  fileprivate var trimmingBlanks: String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) })
    else {
      return ""
    }
    return String(Substring(self[first...last]))
  }
}
