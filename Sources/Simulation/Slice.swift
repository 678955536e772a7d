package import Domain

/// What has ended in one slice of virtual time, for observers of a simulation.
///
/// Each list is sorted by time, then by the order in which the customers became known.
package struct Slice: Sendable {
  package struct Made: Sendable {
    /// The customer's shop id.
    package var customerID: String
    package var decision: StoredDecision
  }

  package struct Enqueued: Sendable {
    package var customerID: String
    package var message: SimulatedMessage
  }

  package struct Ended: Sendable {
    package var at: Instant
    package var customerID: String
    package var message: SimulatedMessage
    /// A final state, or `ambiguous`.
    package var state: MessageState
  }

  /// The slice covers the time after `from`, up to and including `until`.
  package var from: Instant
  package var until: Instant
  /// Decisions about due steps, and later ones about their messages before sending.
  package var decisions: [Made] = []
  /// Messages put into the outbox.
  package var enqueued: [Enqueued] = []
  /// Messages handed over or given up.
  package var ended: [Ended] = []

  init(from: Instant, until: Instant) {
    self.from = from
    self.until = until
  }

  /// Adds the results of other customers.
  mutating func add(_ other: Slice) {
    decisions += other.decisions
    enqueued += other.enqueued
    ended += other.ended
  }

  /// Sorts everything by time; the order at equal times is kept.
  mutating func arrange() {
    decisions = decisions.stablySorted { $0.decision.at }
    enqueued = enqueued.stablySorted { $0.message.decidedAt }
    ended = ended.stablySorted { $0.at }
  }
}

extension [Arrival] {
  mutating func arrange() { self = stablySorted { $0.at } }
}

extension Array {
  fileprivate func stablySorted(by time: (Element) -> Instant) -> [Element] {
    enumerated().sorted { (time($0.element), $0.offset) < (time($1.element), $1.offset) }.map(\.element)
  }
}
