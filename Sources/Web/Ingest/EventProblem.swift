package import Domain

/// A problem with one event of a request, phrased for the developer of the sender.
package struct EventProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The index in the batch, from 0; `nil` for a single call.
  package var index: Int?
  /// The path in the event, such as `properties.total`, with names as the sender wrote them.
  package var field: String
  /// Completes a sentence that starts with the field. Never quotes a value, which may be personal data.
  package var reason: String
  /// Whether the event is kept without this field.
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

/// A body that is JSON but neither a call nor a batch. Nothing in it was used.
package struct TrackingShapeError: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// The events decoded from a request.
package struct DecodedEvents: Equatable, Sendable {
  /// In request order.
  package var events: [IncomingEvent] = []
  /// Each event's index in the batch; `nil` for a single call.
  package var positions: [Int?] = []
  /// The calls' statements about ids of one person; they apply before the events.
  package var names: [NameStatement] = []
  /// Each statement's index in the batch; `nil` for a single call.
  package var namePositions: [Int?] = []
  package var problems: [EventProblem] = []
  /// Quarantined calls, as they were sent.
  package var kept: [KeptCall] = []

  package init() {}

  /// The number of fields omitted from accepted events.
  package var unused: Int { problems.count(where: \.isEventKept) }
  /// The number of events rejected.
  package var refused: Int { problems.count { !$0.isEventKept } }
}
