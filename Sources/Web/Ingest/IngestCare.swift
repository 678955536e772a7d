package import Platform

/// Keeps an event that makes the program trap from ending it again each time it is sent.
package struct IngestCare: Sendable {
  /// Where the event being read is marked.
  package var box: BlackBox
  /// Whether anything is set aside or suspected at all.
  package var isAlert: @Sendable () -> Bool
  /// Whether this event or request is set aside.
  package var holds: @Sendable (WorkKind, String) -> Bool
  /// Stores what is set aside as it was sent; returns when it is on disk.
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

/// A call or a request's body that is stored as it was sent, unread.
package struct KeptCall: Equatable, Sendable {
  package var item: WorkItem
  /// The customer's id, when known.
  package var customer: String?
  /// The name of the event, or the call.
  package var about: String
  /// JSON; for a request, its body in Base64.
  package var content: String
}

/// Reads a batch event by event and marks each before it is read.
struct DecodingCare {
  let section: BlackBox.Section
  /// `nil` while nothing is set aside.
  let holds: ((String) -> Bool)?

  /// - Returns: the call if it is set aside, else `nil`.
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
        customer: object["userId"].flatMap { try? TrackingDecoder.identifier($0, "userId") },
        about: object["event"]?.stringValue ?? call.rawValue, content: JSON.object(content).text())
    }
    section.now(on: .event, id: id)
    CrashPoint.pass("decode", id)
    return nil
  }

  /// What a message id is marked by. Whether it is one is found when the call is read: this is asked of every event.
  static func mark(_ value: JSON?) -> String? {
    switch value {
    // An empty one would be taken for the number 0 when it is read back.
    case .string(let text)? where !text.isEmpty && text.utf8.count <= TrackingDecoder.maximumIDBytes: text
    case .integer(let number)?: String(number)
    default: nil
    }
  }
}
