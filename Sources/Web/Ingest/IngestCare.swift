internal import Domain
package import Platform

/// Stops an event that crashes the program from crashing it on every retry.
package struct IngestCare: Sendable {
  /// Records which event is being read.
  package var box: BlackBox
  /// Whether anything at all is quarantined or suspected.
  package var isAlert: @Sendable () -> Bool
  /// Whether this event or request is quarantined.
  package var holds: @Sendable (WorkKind, String) -> Bool
  /// Stores quarantined calls as they were sent; returns once they are on disk.
  package var keep: @Sendable ([KeptCall]) async throws -> Void

  package init(
    box: BlackBox = .none, isAlert: @escaping @Sendable () -> Bool = { false },
    holds: @escaping @Sendable (WorkKind, String) -> Bool = { _, _ in false },
    keep: @escaping @Sendable ([KeptCall]) async throws -> Void = { _ in }
  ) {
    self.box = box
    self.isAlert = isAlert
    self.holds = holds
    self.keep = keep
  }
}

extension IngestCare {
  /// Whether this request's body is quarantined.
  func holds(body: [UInt8]) -> Bool { isAlert() && holds(.request, BlackBox.digest(body)) }

  /// Runs `read` on a body, which is marked as being read meanwhile.
  func read<T, E>(_ body: [UInt8], _ read: (DecodingCare) throws(E) -> T) throws(E) -> T {
    let isAlert = isAlert()
    return try box.work(onBody: body) { () throws(E) in
      try box.section { (section) throws(E) in
        CrashPoint.pass("parse", BlackBox.digest(body))
        return try read(DecodingCare(section: section, holds: isAlert ? { holds(.event, $0) } : nil))
      }
    }
  }

  /// Stores quarantined calls, and logs how to find them.
  func setAside(_ calls: [KeptCall], _ log: Logger) async throws {
    try await keep(calls)
    log.warning(
      "events_set_aside",
      ["events": calls.count, "first": calls[0].item.id, "advice": "see: reprise quarantine list"])
  }
}

/// A call, or a request's body, that is stored as it was sent without being processed.
package struct KeptCall: Equatable, Sendable {
  package var item: WorkItem
  /// The customer's id, if known.
  package var customer: String?
  /// The event's name, or the call's.
  package var about: String
  /// JSON; for a request, its body in Base64.
  package var content: String
}

extension KeptCall {
  init(body: [UInt8], about: String) {
    self.init(
      item: WorkItem(.request, BlackBox.digest(body)), customer: nil, about: about,
      content: Base64.text(body))
  }
}

/// Reads a batch event by event, marking each before it is read.
struct DecodingCare {
  let section: BlackBox.Section
  /// `nil` while nothing is quarantined.
  let holds: ((String) -> Bool)?

  /// - Returns: the call if it is quarantined, else `nil`.
  func begin(_ object: JSONObject, _ call: TrackingCall) -> KeptCall? {
    guard let id = Self.mark(object["messageId"]) else {
      section.rest()
      return nil
    }
    if let holds, holds(id) {
      var content = object
      content["type"] = .string(call.rawValue)
      return KeptCall(
        item: WorkItem(.event, id),
        customer: object["userId"].flatMap { try? TrackingDecoder.identifier($0, "userId") }
          ?? object["anonymousId"].flatMap { try? TrackingDecoder.identifier($0, "anonymousId") }
          .map { Visitor.id(of: $0) },
        about: object["event"]?.stringValue ?? call.rawValue, content: JSON.object(content).text())
    }
    section.now(on: .event, id: id)
    CrashPoint.pass("decode", id)
    return nil
  }

  /// The mark for a message id. Runs for every event, so it does not validate the id; reading the call does.
  static func mark(_ value: JSON?) -> String? {
    switch value {
    // An empty id would read back as the number 0.
    case .string(let text)? where !text.isEmpty && text.utf8.count <= TrackingDecoder.maximumIDBytes: text
    case .integer(let number)?: String(number)
    default: nil
    }
  }
}
