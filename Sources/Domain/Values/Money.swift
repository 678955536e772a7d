/// An amount in minor units of a currency: 1250 CNY is 12.50 yuan, 1250 JPY is 1250 yen.
package struct Money: Hashable, Sendable {
  package var minorUnits: Int64
  package var currency: Currency

  package init(minorUnits: Int64, currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// The amount in major units (12.5 for 1250 CNY). For comparison and display only; never add these up.
  package var majorUnits: Double { Double(minorUnits) / Double(currency.minorUnitsPerMajor) }

  /// An amount of 0 or more as people write it: `12.50 CNY`, `1250 JPY`.
  package var written: String {
    "\(DecimalAmount.text(minorUnits: minorUnits, fractionDigits: currency.fractionDigits)) \(currency.code)"
  }
}

/// An ISO 4217 currency.
package struct Currency: Hashable, Sendable {
  /// The code's letters, the first in the highest byte. A number instead of a text, because amounts, lines
  /// and orders are copied all the time, and copying it counts no references.
  private let letters: UInt32

  /// Three capital letters.
  package var code: String {
    String(unsafeUninitializedCapacity: 3) { bytes in
      for place in 0..<3 { bytes[place] = UInt8(truncatingIfNeeded: letters >> UInt32(16 - 8 * place)) }
      return 3
    }
  }

  /// `nil` unless `code` is three ASCII letters, in any case. `RMB`, which is not a code, becomes CNY.
  package init?(_ code: String) {
    guard let letters = Self.letters(of: code) else { return nil }
    self.letters = letters == Self.rmb ? Self.cny : letters
  }

  private init(letters: UInt32) { self.letters = letters }

  /// ISO 4217's code for no currency: for an order known only from its cancellation.
  package static let unknown = Currency(letters: 0x58_58_58)

  private static let cny: UInt32 = 0x43_4E_59
  private static let rmb: UInt32 = 0x52_4D_42

  private static func letters(of code: String) -> UInt32? {
    guard code.utf8.count == 3 else { return nil }
    var code = code
    return code.withUTF8 { bytes in
      var letters: UInt32 = 0
      for byte in bytes {
        let raised = byte & 0xDF
        guard byte >= 0x41, (0x41...0x5A).contains(raised) else { return nil }
        letters = letters << 8 | UInt32(raised)
      }
      return letters
    }
  }

  /// Digits after the decimal point: usually 2, or 0 or 3 for the exceptions of ISO 4217.
  package var fractionDigits: Int {
    if letters == Self.cny { return 2 }
    if Self.lettersWithoutFraction.contains(letters) { return 0 }
    return Self.lettersWithThousandths.contains(letters) ? 3 : 2
  }

  private static let lettersWithoutFraction = withoutFraction.compactMap(letters(of:))
  private static let lettersWithThousandths = withThousandths.compactMap(letters(of:))

  /// Codes of currencies without minor units.
  package static let withoutFraction = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
  ]
  /// Codes of currencies with a thousand minor units to one.
  package static let withThousandths = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]

  package var minorUnitsPerMajor: Int64 {
    switch fractionDigits {
    case 0: 1
    case 3: 1000
    default: 100
    }
  }
}
