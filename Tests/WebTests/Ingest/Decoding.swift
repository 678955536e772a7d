import Domain
import Testing
import Web

/// What the tests of the decoder share: one receipt time, one decoder, short ways to ask.
enum Decoding {
  static let received = Instant(iso8601: "2026-03-01T10:00:00Z") ?? .distantPast
  static let decoder = TrackingDecoder(currency: Currency("CNY") ?? .unknown)

  static func decode(
    _ body: JSON, as kind: TrackingBody, received: Instant = received,
    channels: [ChannelName: AddressKind] = [:]
  ) throws -> DecodedEvents {
    var decoder = decoder
    decoder.channels = channels
    return try decoder.decode(body, as: kind, receivedAt: received)
  }

  /// The one event of a track call by `ann` at the receipt time.
  static func track(_ name: String, _ properties: JSON) throws -> IncomingEvent {
    let decoded = try decode(
      ["userId": "ann", "event": .string(name), "properties": properties, "messageId": "m1"],
      as: .single(.track))
    try #require(decoded.problems == [])
    return try #require(decoded.events.first)
  }

  static func effect(_ name: String, _ properties: JSON) throws -> EventEffect {
    try track(name, properties).effect
  }

  /// The traits of an identify call, and what was left out of them.
  static func identify(
    _ traits: JSON, context: JSON = [:], channels: [ChannelName: AddressKind] = [:]
  ) throws -> (traits: CustomerTraits, problems: [String]) {
    let decoded = try decode(
      ["userId": "ann", "traits": traits, "context": context, "messageId": "m1"], as: .single(.identify),
      channels: channels)
    guard case .identify(let result)? = decoded.events.first?.effect else {
      throw NoIdentify(problems: decoded.problems.map(\.description))
    }
    return (result, decoded.problems.map(\.description))
  }

  struct NoIdentify: Error { let problems: [String] }

  /// The text of the only problem of a track call.
  static func problem(_ name: String, _ properties: JSON) throws -> String {
    let decoded = try decode(
      ["userId": "ann", "event": .string(name), "properties": properties], as: .single(.track))
    #expect(decoded.events.isEmpty)
    return decoded.problems.map(\.description).joined(separator: "\n")
  }
}
