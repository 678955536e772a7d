package import Domain

/// What is wrong with one event of a request, in words for whoever wrote the sender.
package struct EventProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The index in the batch, from 0; `nil` for a single call.
  package var index: Int?
  /// The path in the event, such as `properties.total`, with names as the sender wrote them.
  package var field: String
  /// Completes a sentence that begins with the field. Never repeats a value, which may be personal data.
  package var reason: String
  /// Whether only this field was left out and the rest of the event kept.
  package var isEventKept: Bool

  package init(index: Int? = nil, field: String, reason: String, isEventKept: Bool = false) {
    self.index = index
    self.field = field
    self.reason = reason
    self.isEventKept = isEventKept
  }

  /// `batch[3].properties.total: below zero; amounts are 0 or more`.
  package var description: String { "\(index.map { "batch[\($0)]." } ?? "")\(field): \(reason)" }
}

/// A body that is JSON but neither a call nor a batch. None of it was used.
package struct TrackingShapeError: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// What a request holds, event by event.
package struct DecodedEvents: Equatable, Sendable {
  /// In the order they stand in the request.
  package var events: [IncomingEvent] = []
  /// The index of each of them in the batch; `nil` for a single call.
  package var positions: [Int?] = []
  /// Calls without a `userId`, of a visitor nobody can write to. Answered as success, not stored.
  package var anonymous = 0
  /// Calls that have no meaning here (`alias`). Answered as success, not stored.
  package var ignored = 0
  package var problems: [EventProblem] = []
  /// Calls that are set aside, as they were sent.
  package var kept: [KeptCall] = []

  package init() {}

  /// Events of which nothing was kept.
  package var refused: Int { problems.count { !$0.isEventKept } }
}
