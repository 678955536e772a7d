package import Platform

/// What keeps an event that makes the program trap from ending it each time it is sent again.
package struct IngestCare: Sendable {
  /// Where the event in hand is marked.
  package var box: BlackBox
  /// Whether anything is set aside or suspected at all.
  package var isAlert: @Sendable () -> Bool
  /// Whether this event or request is set aside.
  package var holds: @Sendable (WorkKind, String) -> Bool
  /// Keeps as it was sent what is set aside; returns when it is on disk.
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

/// A call, or the body of a request, that is kept as it was sent and not read.
package struct KeptCall: Equatable, Sendable {
  package var item: WorkItem
  /// The customer's id, where it can be told.
  package var customer: String?
  /// The name of the event, or the call.
  package var about: String
  /// JSON; of a request the Base64 of its body.
  package var content: String
}

/// How a batch is read event by event with care: before each, whose turn it is is marked.
struct DecodingCare {
  let section: BlackBox.Section
  /// `nil` while nothing is set aside.
  let holds: ((String) -> Bool)?

  /// - Returns: the call, when it is set aside.
  func begin(_ object: JSONObject, _ call: TrackingCall) -> KeptCall? {
    guard let value = object["messageId"], let id = try? TrackingDecoder.identifier(value, "messageId") else {
      section.rest()
      return nil
    }
    if let holds, holds(id) {
      var content = object
      content["type"] = .string(call.rawValue)
      return KeptCall(
        item: WorkItem(.event, id),
        customer: object["userId"].flatMap { try? TrackingDecoder.identifier($0, "userId") },
        about: object["event"]?.stringValue ?? call.rawValue, content: JSON.object(content).text())
    }
    section.now(on: .event, id: id)
    CrashPoint.pass("decode", id)
    return nil
  }
}
