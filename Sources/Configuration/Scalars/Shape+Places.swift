package import Domain
internal import Platform

extension Shape where Value == Currency {
  /// An ISO 4217 code in capitals: `CNY`.
  package static var currency: Shape<Currency> {
    .text(expected: "a currency code such as CNY", example: "CNY", pattern: "^[A-Z]{3}$") {
      (text) throws(ScalarProblem) in
      if Currency.codes.contains(text), let currency = Currency(text) { return currency }
      throw .mismatch(hint: Currency.nearestCode(to: text).map { "write \($0)" })
    }
  }
}

extension Shape where Value == CallingCode {
  /// A country's calling code, quoted or not: `"86"`.
  package static var callingCode: Shape<CallingCode> {
    .text(
      expected: "a country calling code such as \"86\"", example: "\"86\"", pattern: "^[1-9][0-9]{0,2}$"
    ) { (text) throws(ScalarProblem) in
      guard let code = CallingCode(text) else { throw .mismatch }
      guard code.digits.utf8.elementsEqual(text.utf8) else { throw .mismatch(hint: "write \"\(code)\"") }
      return code
    }
  }
}

extension Shape where Value == String {
  /// A language tag of RFC 5646 with language, script and region: `zh-Hans`, `en-GB`, `pt`.
  package static var locale: Shape {
    .text(
      expected: "a language such as zh-Hans or en-GB", example: "zh-Hans",
      pattern: "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
    ) { (text) throws(ScalarProblem) in
      let separators: [UInt8] = [UInt8(ascii: "-"), UInt8(ascii: "_")]
      let parts = text.utf8.split(omittingEmptySubsequences: false) { separators.contains($0) }
      let isLetters = { (part: Substring.UTF8View.Element) in (97...122).contains(part | 0x20) }
      var mended: [String] = []
      for (index, part) in parts.enumerated() {
        let word = String(decoding: part, as: UTF8.self)
        let letters = part.allSatisfy(isLetters)
        switch (index, part.count) {
        case (0, 2...3) where letters: mended.append(word.lowercased())
        case (1, 4) where letters:
          mended.append(word.prefix(1).uppercased() + word.dropFirst().lowercased())
        case (1...2, 2) where letters: mended.append(word.uppercased())
        case (1...2, 3) where part.allSatisfy({ (48...57).contains($0) }): mended.append(word)
        default: throw .mismatch
        }
      }
      guard parts.count <= 3, !(parts.count == 3 && parts[1].count != 4) else { throw .mismatch }
      let tag = mended.joined(separator: "-")
      guard tag == text else { throw .mismatch(hint: "write \(tag)") }
      return text
    }
  }
}
