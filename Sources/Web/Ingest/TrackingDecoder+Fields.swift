internal import Domain

/// Decodes the fields shared by orders, refunds and carts.
extension TrackingDecoder {
  /// The first of `keys` that is present and not null.
  static func present(_ object: JSONObject, _ keys: String...) -> JSON? {
    for key in keys {
      if let value = object[key], !value.isNull { return value }
    }
    return nil
  }

  func identifier(_ properties: JSONObject, _ keys: [String]) throws(EventProblem) -> String? {
    for key in keys {
      guard let value = properties[key], !value.isNull, value != .string("") else { continue }
      do { return try Self.identifier(value, key) } catch {
        throw EventProblem(field: "properties.\(key)", reason: error.reason)
      }
    }
    return nil
  }

  func currency(_ properties: JSONObject) throws(EventProblem) -> Currency {
    switch properties["currency"] {
    case nil, .null?: return currency
    case .string(let text)?:
      do { return try Currency(spelled: text, shop: currency) } catch {
        throw EventProblem(field: "properties.currency", reason: "\(error)")
      }
    default:
      throw EventProblem(field: "properties.currency", reason: "\(CurrencyProblem.unknown(nearest: nil))")
    }
  }

  func amount(
    _ properties: JSONObject, _ keys: [String], _ currency: Currency
  ) throws(EventProblem) -> Int64? {
    for key in keys {
      guard let value = properties[key], !value.isNull else { continue }
      do { return try Self.minorUnits(value, currency) } catch {
        throw EventProblem(field: "properties.\(key)", reason: "\(error)")
      }
    }
    return nil
  }

  /// An amount in minor units, from a number or a text.
  static func minorUnits(_ value: JSON, _ currency: Currency) throws(DecimalAmountError) -> Int64 {
    let digits = currency.fractionDigits
    switch value {
    case .integer(let whole): return try DecimalAmount.minorUnits(whole: whole, fractionDigits: digits)
    case .number(let number): return try DecimalAmount.minorUnits(number, fractionDigits: digits)
    case .string(let text):
      let units = try DecimalAmount.minorUnits(text, fractionDigits: digits)
      try requireOneReading(of: text, units, fractionDigits: digits)
      return units
    default: throw .notANumber
    }
  }

  /// Throws if the text could be read two ways. A text with more decimal places than the currency is rounded,
  /// unless there are exactly three and the point may be a thousands separator, as in `1.234`.
  private static func requireOneReading(
    of text: String, _ units: Int64, fractionDigits: Int
  ) throws(DecimalAmountError) {
    let digits = text.utf8.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    guard fractionDigits < 3, WrittenAmount(String(digits))?.evidence == .open else { return }
    throw .twoReadings(
      String(decoding: digits.utf8.filter { $0 != UInt8(ascii: ".") }, as: UTF8.self),
      DecimalAmount.text(minorUnits: units, fractionDigits: fractionDigits))
  }
}
