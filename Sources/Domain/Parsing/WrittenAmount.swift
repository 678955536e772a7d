/// A parsed amount of money from people and spreadsheets, `¥1,299.00`, `99元`, `1.299,00 €`, `1 299,00`, which
/// may still have several readings.
package struct WrittenAmount: Equatable, Sendable {
  /// The digits in groups, with their separators.
  private var digits: [UInt8]
  private var isNegative: Bool
  package let evidence: DecimalEvidence
  /// The currency sign or code next to it.
  package let currency: String?

  /// `nil` if it is not an amount in any of these forms, such as `12 + 5`, `1.2.3` or `1,00,000`.
  package init?(_ text: String) {
    guard text.utf8.count <= 64 else { return nil }
    var scalars = text.unicodeScalars.map(Self.narrow)[...]
    while let first = scalars.first, Self.isSpace(first) { scalars.removeFirst() }
    while let last = scalars.last, Self.isSpace(last) { scalars.removeLast() }
    var isNegative = false
    var sign = ""
    func takeSign() {
      guard !isNegative, scalars.first == "-" else { return }
      isNegative = true
      scalars.removeFirst()
    }
    takeSign()
    while let first = scalars.first, Self.isCurrency(first) {
      sign.unicodeScalars.append(first)
      scalars.removeFirst()
    }
    while let first = scalars.first, !sign.isEmpty, Self.isSpace(first) { scalars.removeFirst() }
    takeSign()
    var tail: [Unicode.Scalar] = []
    while let last = scalars.last, Self.isCurrency(last) { tail.insert(scalars.removeLast(), at: 0) }
    if !tail.isEmpty {
      guard sign.isEmpty else { return nil }
      sign.unicodeScalars.append(contentsOf: tail)
      while let last = scalars.last, Self.isSpace(last) { scalars.removeLast() }
    }
    var digits: [UInt8] = []
    for scalar in scalars {
      switch scalar {
      case "0"..."9", ".", ",": digits.append(UInt8(scalar.value))
      case "'", "\u{2019}": digits.append(UInt8(ascii: "'"))
      default:
        guard Self.isSpace(scalar) else { return nil }
        digits.append(ASCII.space)
      }
    }
    guard let evidence = Self.evidence(digits) else { return nil }
    self.digits = digits
    self.isNegative = isNegative
    self.evidence = evidence
    currency = sign.isEmpty ? nil : sign
  }

  /// The digits with a decimal point, for `DecimalAmount`; `nil` if `mark` does not fit, or if without one
  /// both marks fit.
  package func plain(_ mark: DecimalMark?) -> String? {
    let found: DecimalMark
    switch (evidence, mark) {
    case (.proof(let proof), _):
      guard mark == nil || mark == proof else { return nil }
      found = proof
    case (.open, let mark?): found = mark
    case (.open, nil): return nil
    case (.none, _): found = mark ?? .point
    }
    let decimal = found == .point ? ASCII.dot : ASCII.comma
    var text = isNegative ? [ASCII.minus] : []
    for byte in digits {
      if byte == decimal { text.append(ASCII.dot) } else if ASCII.isDigit(byte) { text.append(byte) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The text of an amount without its minus sign; any other text unchanged.
  package static func unsigned(_ text: String) -> String {
    // The fast path: nearly all amounts have no minus.
    guard text.utf8.contains(where: { $0 == ASCII.minus || $0 >= 0x80 }),
      WrittenAmount(text)?.isNegative == true
    else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.filter { narrow($0) != "-" }))
  }

  /// Whether the text next to the amount is a currency, not a typo.
  package var namesCurrency: Bool {
    guard let currency else { return false }
    return Currency(currency.uppercased())?.isListed == true
      || ["元", "圆", "圓", "円", "块", "RMB", "rmb", "人民币", "人民幣"].contains(currency)
      || currency.unicodeScalars.contains { $0.properties.generalCategory == .currencySymbol }
  }

  /// What the digits prove about the decimal mark; `nil` if they are not a number with either.
  private static func evidence(_ digits: [UInt8]) -> DecimalEvidence? {
    guard let first = digits.first, ASCII.isDigit(first) || digits.count > 1,
      digits.last.map(ASCII.isDigit) == true
    else { return nil }
    let groups = digits.split(omittingEmptySubsequences: false) { !ASCII.isDigit($0) }
    let marks = digits.filter { !ASCII.isDigit($0) }
    guard let last = marks.last else { return DecimalEvidence.none }
    /// Whether all but the first have three digits, and the first one to three.
    func areThousands(_ groups: ArraySlice<ArraySlice<UInt8>>) -> Bool {
      (1...3).contains(groups.first?.count ?? 0) && groups.dropFirst().allSatisfy { $0.count == 3 }
    }
    let before = marks.dropLast()
    let isMark = last == ASCII.dot || last == ASCII.comma
    if isMark, !before.contains(last) {
      let mark: DecimalMark = last == ASCII.dot ? .point : .comma
      if let grouping = before.first {
        // Two kinds of marks: the last is the decimal mark, the other separates thousands.
        guard before.allSatisfy({ $0 == grouping }), areThousands(groups.dropLast()) else { return nil }
        return .proof(mark)
      }
      let isOpen = groups[1].count == 3 && (1...3).contains(groups[0].count) && groups[0].first != 0x30
      return isOpen ? .open : .proof(mark)
    }
    // No decimal mark, only thousands.
    guard marks.allSatisfy({ $0 == last }), areThousands(groups[...]) else { return nil }
    return switch last {
    case ASCII.dot: .proof(.comma)
    case ASCII.comma: .proof(.point)
    default: DecimalEvidence.none
    }
  }

  private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
    case 0x2212: "-"
    default: scalar
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20, 0x09, 0xA0, 0x2009, 0x202F, 0x3000: true
    default: false
    }
  }

  private static func isCurrency(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .currencySymbol, .uppercaseLetter, .lowercaseLetter, .otherLetter: true
    default: false
    }
  }
}

/// The mark before the fraction of an amount.
package enum DecimalMark: String, Sendable, CaseIterable {
  case point
  case comma
}

/// What one amount proves about the decimal mark of its column.
package enum DecimalEvidence: Equatable, Sendable {
  case none
  /// Both marks fit: `1,299`.
  case open
  case proof(DecimalMark)
}

extension Currency {
  /// Whether an amount in this currency may have `sign` next to it: its code, or a sign used for it.
  package func isWritten(_ sign: String) -> Bool {
    let sign = sign.uppercased()
    if sign == code { return true }
    return switch sign {
    case "\u{A5}", "\u{FFE5}": ["CNY", "JPY"].contains(code)
    case "RMB", "CN\u{A5}", "CN\u{FFE5}", "人民币", "人民幣", "块": code == "CNY"
    case "元", "圆", "圓": ["CNY", "TWD", "HKD", "MOP", "SGD"].contains(code)
    case "円": code == "JPY"
    case "$":
      [
        "USD", "CAD", "AUD", "NZD", "HKD", "TWD", "SGD", "MXN", "ARS", "CLP", "COP", "BSD", "BBD", "BZD",
        "BMD",
        "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD", "BND",
      ].contains(code)
    case "US$", "U$": code == "USD"
    case "CA$", "C$": code == "CAD"
    case "A$", "AU$": code == "AUD"
    case "NZ$": code == "NZD"
    case "HK$": code == "HKD"
    case "NT$": code == "TWD"
    case "S$": code == "SGD"
    case "R$": code == "BRL"
    case "MX$": code == "MXN"
    case "€": code == "EUR"
    case "£": ["GBP", "EGP", "GIP", "FKP", "SHP"].contains(code)
    case "₩": ["KRW", "KPW"].contains(code)
    case "₹": code == "INR"
    case "₽": code == "RUB"
    case "₫", "Đ": code == "VND"
    case "฿": code == "THB"
    case "RM": code == "MYR"
    case "RP": code == "IDR"
    case "₱": code == "PHP"
    case "₺", "TL": code == "TRY"
    case "ZŁ": code == "PLN"
    case "KR": ["SEK", "NOK", "DKK", "ISK"].contains(code)
    case "FR": code == "CHF"
    default: false
    }
  }
}
