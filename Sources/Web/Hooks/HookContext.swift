internal import Domain
internal import Platform

/// One delivery, signed and read as JSON.
struct HookDelivery {
  /// As the platform names it; it does not sign this, so what is read of a body must have the topic's form.
  var topic: String
  /// Whether the platform says that it is a trial.
  var isTest = false
  var body: JSONObject
}

/// Why a signed body cannot be read.
struct HookFault: Error {
  let reason: String
}

extension HookDelivery {
  /// A body that is a JSON object, with its topic in a header.
  static func read(
    _ request: HTTPRequest, topic: String, limits: JSONLimits
  ) -> Result<HookDelivery, HookFault> {
    do {
      guard case .object(let body) = try JSON.parse(request.body, limits: limits) else {
        return .failure(HookFault(reason: "the body is no JSON object"))
      }
      return .success(HookDelivery(topic: (request.headers[topic] ?? "").lowercased(), body: body))
    } catch {
      return .failure(HookFault(reason: ErrorText.text(error)))
    }
  }
}

/// How a platform tells things. Pure; the three differ in words, not in rules.
protocol HookDialect: Sendable {
  /// What a request delivers; its signature fits.
  func delivery(_ request: HTTPRequest, limits: JSONLimits) -> Result<HookDelivery, HookFault>

  func read(_ delivery: HookDelivery) -> HookReading
}

/// What all platforms need to know of the shop.
struct HookContext: Sendable {
  let decoder: TrackingDecoder
  let shopURL: String?

  /// - Parameter decoder: the shop's own. Its bound on how old an event may be guards against wrong clocks, which
  ///   platforms do not have: consent may have been given long ago.
  init(_ decoder: TrackingDecoder, shopURL: String?) {
    var decoder = decoder
    decoder.limits.age = .days(36_525)
    self.decoder = decoder
    self.shopURL = shopURL
  }

  /// The form in which imports have addresses, too; `nil` for what is none.
  func email(_ value: JSON?) -> String? {
    guard let text = value?.stringValue?.unlessEmpty else { return nil }
    return try? EmailSyntax.normalized(text, mapped: DomainName.unicode)
  }

  func phone(_ value: JSON?) -> String? {
    guard let text = value?.stringValue?.unlessEmpty else { return nil }
    return try? PhoneSyntax.normalized(text, country: decoder.callingCode)
  }

  func currency(_ value: JSON?) -> Currency? {
    guard let text = value?.stringValue?.unlessEmpty else { return nil }
    return try? Currency(spelled: text, shop: decoder.currency)
  }

  /// Minor units; below zero where the text begins with a minus. `nil` for what is no amount.
  func units(_ value: JSON?, _ currency: Currency) -> Int64? {
    guard let value, !value.isNull else { return nil }
    switch value {
    case .string(let text) where text.utf8.first == UInt8(ascii: "-"):
      return units(.string(String(text.dropFirst())), currency).map { -$0 }
    case .integer(let number) where number < 0 && number > .min:
      return units(.integer(-number), currency).map { -$0 }
    case .number(let number) where number < 0: return units(.number(-number), currency).map { -$0 }
    default: return try? TrackingDecoder.minorUnits(value, currency)
    }
  }

  /// An amount of 0 or more, as the tracking API takes it.
  static func amount(_ units: Int64, _ currency: Currency) -> JSON {
    .string(DecimalAmount.text(minorUnits: max(0, units), fractionDigits: currency.fractionDigits))
  }

  func money(_ value: JSON?) -> Money? {
    guard let units = units(value, decoder.currency), units >= 0 else { return nil }
    return Money(minorUnits: units, currency: decoder.currency)
  }
}

extension JSONObject {
  /// A text that shows something, or a whole number in digits.
  func id(_ key: String) -> String? {
    switch self[key] {
    case .string(let text)?: text.unlessEmpty
    case .integer(let number)?: String(number)
    default: nil
    }
  }

  func text(_ key: String) -> String? { self[key]?.stringValue?.unlessEmpty }

  /// A text of at most `limit` bytes; a longer one is left out.
  func text(_ key: String, limit: Int) -> String? { text(key).flatMap { $0.utf8.count <= limit ? $0 : nil } }

  func object(_ key: String) -> JSONObject? { self[key]?.objectValue }

  /// The objects of an array; empty for what is none.
  func objects(_ key: String) -> [JSONObject] { self[key]?.arrayValue?.compactMap(\.objectValue) ?? [] }

  /// Sets each that is not `nil`.
  mutating func add(_ key: String, _ value: String?) {
    if let value { self[key] = .string(value) }
  }
}
