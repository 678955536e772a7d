internal import Domain

extension TrackingDecoder {
  /// The maximum bytes of a customer id or message id.
  static let maximumIDBytes = 256

  /// The customer that the call is about: the user, or else the visitor.
  func customerID(_ object: JSONObject) throws(EventProblem) -> String {
    if let id = try userID(object, "userId") { return id }
    guard let visitor = object["anonymousId"], !visitor.isNull, visitor != .string("") else {
      throw EventProblem(field: "userId", reason: "missing; give the customer's id")
    }
    return Visitor.id(of: try Self.identifier(visitor, "anonymousId"))
  }

  /// An id given by the shop; `nil` if there is none.
  func userID(_ object: JSONObject, _ field: String) throws(EventProblem) -> String? {
    guard let value = object[field], !value.isNull, value != .string("") else { return nil }
    let id = try Self.identifier(value, field)
    guard !Visitor.isVisitor(id) else {
      throw EventProblem(
        field: field, reason: "begins with \(Visitor.prefix), as only visitors' ids do; send an anonymousId")
    }
    return id
  }

  /// The statement of a call with both ids: the visitor is the user. `nil` if the `anonymousId` cannot be one.
  func visitor(_ object: JSONObject, of customerID: String, _ envelope: EventEnvelope) -> NameStatement? {
    guard !Visitor.isVisitor(customerID), let value = object["anonymousId"], !value.isNull,
      let name = try? Self.identifier(value, "anonymousId")
    else { return nil }
    return NameStatement(.visitor, name, of: customerID, at: envelope.at, messageID: envelope.messageID)
  }

  /// The statement of an `alias` call.
  func alias(_ object: JSONObject, _ envelope: EventEnvelope) throws(EventProblem) -> NameStatement {
    guard let customerID = try userID(object, "userId") else {
      throw EventProblem(field: "userId", reason: "missing; give the id that the customer has from now on")
    }
    let former = try userID(object, "previousId")
    guard let former else {
      throw EventProblem(field: "previousId", reason: "missing; give the id that the customer had before")
    }
    guard !former.hasSameBytes(as: customerID) else {
      throw EventProblem(
        field: "previousId", reason: "the same as the userId; an id needs no alias to itself")
    }
    return NameStatement(.alias, former, of: customerID, at: envelope.at, messageID: envelope.messageID)
  }

  /// An id as text. Whole numbers become their digits, as in the client libraries.
  static func identifier(_ value: JSON, _ field: String) throws(EventProblem) -> String {
    let text: String
    switch value {
    case .string(let string): text = string
    case .integer(let number): return String(number)
    default: throw EventProblem(field: field, reason: "a JSON \(value.typeName); give a text")
    }
    guard !text.showsNothing else { throw EventProblem(field: field, reason: "empty; give a text") }
    guard text.utf8.count <= maximumIDBytes else {
      throw EventProblem(
        field: field, reason: "\(text.utf8.count) bytes long, at most \(maximumIDBytes) are taken")
    }
    guard isPrintable(text) else {
      throw EventProblem(field: field, reason: "holds control characters; remove them")
    }
    return text
  }

  /// Whether the text is free of C0, DEL, C1 and Unicode's line separators.
  static func isPrintable(_ text: String) -> Bool {
    var isASCII = true
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7F { return false }
      if byte >= 0x80 { isASCII = false }
    }
    if isASCII { return true }
    return text.unicodeScalars.allSatisfy {
      !(0x80...0x9F).contains($0.value) && $0.value != 0x2028 && $0.value != 0x2029
    }
  }

  // MARK: - Time

  struct EventTime {
    var at: Instant
    /// The time as sent; `nil` if there was none.
    var sent: String?
  }

  func time(
    _ object: JSONObject, sentAt: Instant?, receivedAt: Instant
  ) throws(EventProblem) -> EventTime {
    let (field, value): (String, JSON)
    if let original = object["originalTimestamp"], !original.isNull {
      (field, value) = ("originalTimestamp", original)
    } else if let timestamp = object["timestamp"], !timestamp.isNull {
      (field, value) = ("timestamp", timestamp)
    } else {
      return EventTime(at: receivedAt, sent: nil)
    }
    guard case .string(let text) = value, var at = Instant(iso8601: text) else {
      throw EventProblem(
        field: field, reason: "not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z")
    }
    if let sentAt {
      let skew = receivedAt - sentAt
      if skew > limits.tolerance || skew < .zero - limits.tolerance { at = at + skew }
    }
    guard at >= receivedAt - limits.age else {
      throw EventProblem(field: field, reason: "more than ten years ago; import history from a file instead")
    }
    guard at <= receivedAt + limits.ahead else {
      throw EventProblem(field: field, reason: "more than a day in the future; check the sender's clock")
    }
    return EventTime(at: min(at, receivedAt), sent: text)
  }

  /// `nil` if this is not a time: after a bad `sentAt` the clocks are simply not compared.
  static func instant(_ value: JSON?) -> Instant? {
    guard case .string(let text)? = value else { return nil }
    return Instant(iso8601: text)
  }

  // MARK: - Message id

  func messageID(
    _ object: JSONObject, _ call: TrackingCall, at time: EventTime, index: Int?
  ) throws(EventProblem) -> String {
    if let value = object["messageId"], !value.isNull, value != .string("") {
      return try Self.identifier(value, "messageId")
    }
    // Without a time from the sender, identical events count as different ones.
    var content = object
    content["sentAt"] = nil
    content["context"] = nil
    var bytes: [UInt8] = []
    JSON.object(content).write(into: &bytes)
    bytes.append(contentsOf: call.rawValue.utf8)
    if time.sent == nil { bytes.append(contentsOf: " \(time.at.milliseconds) \(index ?? 0)".utf8) }
    return "\(Event.madeIDPrefix)\(SHA256.hash(bytes))"
  }
}
