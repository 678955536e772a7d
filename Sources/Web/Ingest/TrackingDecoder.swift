package import Domain
internal import Platform

/// Decodes bodies of the Segment HTTP tracking API into events. Pure: the time is an argument.
///
/// A bad event is dropped and reported in `problems`; the rest of its batch is kept. A bad field of an
/// identify call is dropped alone.
///
/// Times. `timestamp` (or `originalTimestamp`) is when the event happened, `sentAt` the sender's clock when
/// it was sent. If `sentAt` and the time of receipt differ by more than ten seconds, the event is shifted by
/// the difference, as Segment documents (`timestamp = receivedAt - (sentAt - originalTimestamp)`). A smaller
/// difference counts as network latency, so that exact times stay exact. A result up to a day after the
/// receipt is set to the receipt; one further ahead, or more than ten years ago, is refused. An event without
/// a time happened at the receipt.
///
/// Traits of the customer. `context.traits` of other calls is read like the traits of an identify call:
/// Segment's common fields define it as what an earlier identify call said about the customer
/// (https://www.twilio.com/docs/segment/connections/spec/common#context).
///
/// Visitors. A call with only an `anonymousId` is about the visitor. One that also has a `userId` says that the
/// visitor is that user, and `alias` says that two ids belong to one customer. Both kinds of statement end up in
/// `DecodedEvents.names`.
///
/// Message ids. The sender's `messageId`, or else a digest of the event and its time, so that a repeated
/// request does not count twice.
package struct TrackingDecoder: Sendable {
  /// For amounts without a currency.
  package var currency: Currency
  /// The shop's zone, for dates without a time of day.
  package var timeZone: TimeZoneRules
  /// The country of telephone numbers without a country code.
  package var callingCode: CallingCode?
  /// The shop's channels and the kind of address each needs. If empty, consent is accepted for any channel.
  package var channels: [ChannelName: AddressKind] = [:]
  package var limits = Limits()
  /// Whether this machine knows a time zone of that name. The default only checks the form.
  package var isTimeZone: @Sendable (String) -> Bool = TimeZoneName.isWellFormed

  package init(currency: Currency, timeZone: TimeZoneRules = .utc) {
    self.currency = currency
    self.timeZone = timeZone
  }

  package struct Limits: Sendable {
    /// Maximum events in a batch.
    package var events = 5000
    /// Maximum bytes of all names and texts in one event's properties or traits, plus 8 for each number.
    package var eventBytes = 64 * 1024
    /// Maximum values in one event's properties or traits, nested ones included.
    package var eventValues = 5000
    /// Maximum attributes or properties at the top level of one event.
    package var attributes = 256
    /// Maximum lines of an order or a cart.
    package var lines = 500
    /// The maximum age of an event.
    package var age = Duration.days(3653)
    /// How far ahead of the receipt an event's time may be.
    package var ahead = Duration.days(1)
    /// The largest difference between the clocks that is not corrected.
    package var tolerance = Duration.seconds(10)

    package init() {}
  }

  package func decode(
    _ body: JSON, as kind: TrackingBody, receivedAt: Instant
  ) throws(TrackingShapeError) -> DecodedEvents {
    try decode(body, as: kind, receivedAt: receivedAt, care: nil)
  }

  /// - Parameter care: marks each event before it is read, and skips quarantined ones.
  func decode(
    _ body: JSON, as kind: TrackingBody, receivedAt: Instant, care: DecodingCare?
  ) throws(TrackingShapeError) -> DecodedEvents {
    guard case .object(let object) = body else {
      throw TrackingShapeError(description: "the body is a JSON \(body.typeName); send an object")
    }
    var decoded = DecodedEvents()
    let sentAt = Self.instant(object["sentAt"])
    switch kind {
    case .single(let call):
      decode(
        object, as: call, sentAt: sentAt, receivedAt: receivedAt, index: nil, care,
        into: &decoded)
    case .batch:
      guard case .array(let elements)? = object["batch"] else {
        throw TrackingShapeError(description: "batch: missing or no array; send {\"batch\": [...]}")
      }
      guard elements.count <= limits.events else {
        throw TrackingShapeError(
          description:
            "batch: \(elements.count) events, at most \(limits.events) are taken; send smaller batches")
      }
      decoded.events.reserveCapacity(elements.count)
      for (index, element) in elements.enumerated() {
        decode(element, sentAt: sentAt, receivedAt: receivedAt, index: index, care, into: &decoded)
      }
    }
    return decoded
  }

  private func decode(
    _ element: JSON, sentAt: Instant?, receivedAt: Instant, index: Int, _ care: DecodingCare?,
    into decoded: inout DecodedEvents
  ) {
    func refuse(_ field: String, _ reason: String) {
      decoded.problems.append(EventProblem(index: index, field: field, reason: reason))
    }
    guard case .object(let object) = element else {
      return refuse("event", "a JSON \(element.typeName); send an object")
    }
    guard let call = object["type"]?.stringValue.flatMap({ TrackingCall(word: $0) }) else {
      let known = TrackingCall.allCases.map(\.rawValue).joined(separator: ", ")
      return refuse("type", "missing or unknown; give one of \(known)")
    }
    decode(
      object, as: call, sentAt: Self.instant(object["sentAt"]) ?? sentAt, receivedAt: receivedAt,
      index: index, care, into: &decoded)
  }

  private func decode(
    _ object: JSONObject, as call: TrackingCall, sentAt: Instant?, receivedAt: Instant, index: Int?,
    _ care: DecodingCare?, into decoded: inout DecodedEvents
  ) {
    if let kept = care?.begin(object, call) { return decoded.kept.append(kept) }
    var fieldProblems: [EventProblem] = []
    do throws(EventProblem) {
      let customerID = try customerID(object)
      let time = try time(object, sentAt: sentAt, receivedAt: receivedAt)
      let messageID = try messageID(object, call, at: time, index: index)
      var envelope = EventEnvelope(messageID: messageID, at: time.at, receivedAt: receivedAt)
      guard call != .alias else {
        decoded.names.append(try alias(object, envelope))
        decoded.namePositions.append(index)
        return
      }
      let (event, effect) = try content(object, call, &envelope)
      let traits = call == .identify ? nil : contextTraits(object, &envelope)
      fieldProblems = envelope.problems
      decoded.events.append(
        IncomingEvent(customerID: customerID, event: event, effect: effect, traits: traits))
      decoded.positions.append(index)
      if let statement = visitor(object, of: customerID, envelope) {
        decoded.names.append(statement)
        decoded.namePositions.append(index)
      }
    } catch {
      var problem = error
      if let withdrawal = withdrawal(object, call, sentAt: sentAt, receivedAt: receivedAt, index: index) {
        decoded.events.append(withdrawal)
        decoded.positions.append(index)
        problem = problem.keepingWithdrawal
      }
      fieldProblems = [problem]
    }
    for var problem in fieldProblems {
      problem.index = index
      decoded.problems.append(problem)
    }
  }

  private func content(
    _ object: JSONObject, _ call: TrackingCall, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> (Event, EventEffect) {
    switch call {
    case .track:
      guard case .string(let spelled)? = object["event"] else {
        throw EventProblem(field: "event", reason: "missing or no text; give the event's name")
      }
      let properties = try Self.object(object, "properties")
      let (name, meaning) = try CommerceVocabulary.resolve(spelled)
      let record = try record(properties, "properties")
      let effect = try effect(of: meaning, properties, &envelope)
      return (envelope.event(name, record), effect)
    case .identify:
      return (envelope.event(.customerIdentified), .identify(try traits(object, &envelope)))
    case .page, .screen:
      var record = try record(Self.object(object, "properties"), "properties")
      for key in ["name", "category"] where record[key] == nil {
        if let text = try measured(object[key], key) { record[key] = .string(text) }
      }
      return (envelope.event(call == .page ? "page_viewed" : "screen_viewed", record), .none)
    case .group, .alias:
      var record = Record()
      if let id = try measured(object["groupId"], "groupId") { record["group_id"] = .string(id) }
      record["traits"] = .object(try self.record(Self.object(object, "traits"), "traits"))
      return (envelope.event("group_joined", record), .none)
    }
  }

  /// The text of a field; `nil` if it is not a text. Throws if it is longer than an event may be.
  private func measured(_ value: JSON?, _ field: String) throws(EventProblem) -> String? {
    guard case .string(let text)? = value else { return nil }
    guard text.utf8.count <= limits.eventBytes else {
      throw EventProblem(
        field: field, reason: "more than \(limits.eventBytes) bytes; send less with each event")
    }
    return text
  }

  /// The object under `key`; empty if absent or null.
  static func object(_ object: JSONObject, _ key: String) throws(EventProblem) -> JSONObject {
    switch object[key] {
    case .object(let value)?: return value
    case nil, .null?: return JSONObject()
    case let other?:
      throw EventProblem(field: key, reason: "a JSON \(other.typeName); send an object")
    }
  }
}

/// The parts of an event that are read before its content, and the problems found so far.
struct EventEnvelope {
  let messageID: String
  let at: Instant
  let receivedAt: Instant
  /// Dropped fields.
  var problems: [EventProblem] = []

  func event(_ name: EventName, _ properties: Record = Record()) -> Event {
    Event(messageID: messageID, name: name, at: at, receivedAt: receivedAt, properties: properties)
  }
}
