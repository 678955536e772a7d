/// An amount in the minor unit of a currency: 1250 CNY is 12.50 yuan, 1250 JPY is 1250 yen.
package struct Money: Hashable, Sendable {
  package var minorUnits: Int64
  package var currency: Currency

  package init(minorUnits: Int64, currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// The amount in major units (12.5 for 1250 CNY). For comparison and display only; never added up.
  package var majorUnits: Double { Double(minorUnits) / Double(currency.minorUnitsPerMajor) }
}

/// An ISO 4217 currency, with its three-letter code in capitals.
package struct Currency: Hashable, Sendable {
  package let code: String
  /// Digits behind the decimal point: 2 for most, 0 and 3 for the exceptions of ISO 4217.
  package let fractionDigits: Int

  /// `nil` unless `code` is three ASCII letters; lower case is raised. `RMB`, which is no code, is CNY.
  package init?(_ code: String) {
    guard code.utf8.count == 3, code.utf8.allSatisfy({ (65...90).contains($0 & 0xDF) && $0 >= 65 }) else {
      return nil
    }
    let raised = code.utf8.allSatisfy { $0 <= 90 } ? code : code.uppercased()
    self.init(known: raised == "RMB" ? "CNY" : raised)
  }

  /// ISO 4217's code for no currency: an order of which only the cancellation has come.
  package static let unknown = Currency(known: "XXX")

  private init(known code: String) {
    self.code = code
    fractionDigits = Self.fractionDigits(of: code)
  }

  private static func fractionDigits(of code: String) -> Int {
    switch code {
    // First, because the cases are compared one after the other.
    case "CNY", "EUR", "USD", "GBP": 2
    case _ where withoutFraction.contains(code): 0
    case _ where withThousandths.contains(code): 3
    default: 2
    }
  }

  /// Codes of those without minor units.
  package static let withoutFraction = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
  ]
  /// Codes of those of which a thousand minor units make one.
  package static let withThousandths = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]

  package var minorUnitsPerMajor: Int64 {
    switch fractionDigits {
    case 0: 1
    case 3: 1000
    default: 100
    }
  }
}
