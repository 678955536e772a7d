internal import Domain
internal import Platform

/// One delivery, after its signature was checked and its JSON parsed.
struct HookDelivery {
  /// In the platform's terms. It is not signed, so readers must check that the body fits the topic.
  var topic: String
  /// Whether the platform marks the delivery as a test.
  var isTest = false
  var body: JSONObject
}

/// Why a signed body cannot be decoded.
struct HookFault: Error {
  let reason: String
}

extension HookDelivery {
  /// Reads a body that is a JSON object, with its topic in a header.
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

/// A platform's webhook format. Pure; platforms differ in their vocabulary only, not in the rules for
/// storing.
protocol HookDialect: Sendable {
  /// Decodes a request whose signature was verified.
  func delivery(_ request: HTTPRequest, limits: JSONLimits) -> Result<HookDelivery, HookFault>

  func read(_ delivery: HookDelivery) -> HookReading
}

/// The shop settings that all dialects need.
struct HookContext: Sendable {
  let decoder: TrackingDecoder
  let shopURL: String?

  /// - Parameter decoder: the shop's own. Its maximum event age guards against wrong clocks, which platforms
  ///   do not have: consent may have been given long ago.
  init(_ decoder: TrackingDecoder, shopURL: String?) {
    var decoder = decoder
    decoder.limits.age = .days(36_525)
    self.decoder = decoder
    self.shopURL = shopURL
  }

  /// The address, normalized as imports do; `nil` if it is not one.
  func email(_ value: JSON?) -> String? {
    guard let text = value?.stringValue?.unlessEmpty else { return nil }
    return try? EmailSyntax.normalized(text, mapped: DomainName.unicode)
  }

  /// The id that imports give a customer with this address; `nil` if it is not a valid address.
  func owner(email value: JSON?) -> String? { email(value).map { Inbox.customerID(email: $0) } }

  func phone(_ value: JSON?) -> String? {
    guard let text = value?.stringValue?.unlessEmpty else { return nil }
    return try? PhoneSyntax.normalized(text, country: decoder.callingCode)
  }

  func currency(_ value: JSON?) -> Currency? {
    guard let text = value?.stringValue?.unlessEmpty else { return nil }
    return try? Currency(spelled: text, shop: decoder.currency)
  }

  /// Minor units, negative for text that starts with a minus; `nil` if it is not an amount.
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

  /// An amount as the tracking API takes it; `units` must not be negative.
  static func amount(_ units: Int64, _ currency: Currency) -> JSON {
    .string(DecimalAmount.text(minorUnits: max(0, units), fractionDigits: currency.fractionDigits))
  }

  /// An order's lines, up to the limit of the tracking API.
  func lines(_ lines: [JSONObject], _ reading: inout HookReading) -> ArraySlice<JSONObject> {
    let limit = decoder.limits.lines
    if lines.count > limit { reading.leave("lines beyond the first \(limit)") }
    return lines.prefix(limit)
  }

  func money(_ value: JSON?) -> Money? {
    guard let units = units(value, decoder.currency), units >= 0 else { return nil }
    return Money(minorUnits: units, currency: decoder.currency)
  }
}

extension JSONObject {
  /// A text with a visible character, or an integer as digits.
  func id(_ key: String) -> String? {
    switch self[key] {
    case .string(let text)?: text.unlessEmpty
    case .integer(let number)?: String(number)
    default: nil
    }
  }

  func text(_ key: String) -> String? { self[key]?.stringValue?.unlessEmpty }

  /// A text of at most `limit` bytes; `nil` if it is longer.
  func text(_ key: String, limit: Int) -> String? { text(key).flatMap { $0.utf8.count <= limit ? $0 : nil } }

  func object(_ key: String) -> JSONObject? { self[key]?.objectValue }

  /// The objects of an array; empty if it is not an array.
  func objects(_ key: String) -> [JSONObject] { self[key]?.arrayValue?.compactMap(\.objectValue) ?? [] }

  /// Sets the member unless `value` is `nil`.
  mutating func add(_ key: String, _ value: String?) {
    if let value { self[key] = .string(value) }
  }
}
