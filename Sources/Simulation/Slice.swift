package import Domain

/// What has come to an end in one slice of virtual time, for whoever observes a simulation.
///
/// Each list is ordered by time, then by the order in which the customers became known.
package struct Slice: Sendable {
  package struct Made: Sendable {
    /// The shop's id of the customer.
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

  /// The slice lasts from after the one instant to the other.
  package var from: Instant
  package var until: Instant
  /// What was decided, before the outbox and before the wire.
  package var decisions: [Made] = []
  /// Messages that were put into the outbox.
  package var enqueued: [Enqueued] = []
  /// Messages that were handed over or given up.
  package var ended: [Ended] = []

  init(from: Instant, until: Instant) {
    self.from = from
    self.until = until
  }

  /// Takes over what another part of the customers has brought about.
  mutating func add(_ other: Slice) {
    decisions += other.decisions
    enqueued += other.enqueued
    ended += other.ended
  }

  /// Puts everything in the order of time; what happens at one time stays in order.
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
