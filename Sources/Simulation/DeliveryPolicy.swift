package import Domain

/// Determines the result of each message, in place of providers and customers.
///
/// Called concurrently on several threads; equal arguments must give equal answers, or runs are not
/// reproducible.
package struct DeliveryPolicy: Sendable {
  /// The result of the handover.
  package enum Outcome: Equatable, Sendable {
    /// The provider accepts it.
    case accepted
    /// The address is permanently bad: it is suppressed, and the step is decided again for its next channel.
    case badAddress
    /// The provider refuses this message permanently; the address may be good.
    case refused
    /// Unknown; the message may have been delivered, and is not sent again.
    case unanswered
    /// The provider accepts nothing now; the message is checked again at this time, which must be in the
    /// future.
    case retry(at: Instant)
  }

  /// A message being handed to the provider.
  package struct Handover: Sendable {
    package var at: Instant
    /// The customer's shop id.
    package var customerID: String
    package var message: SimulatedMessage
  }

  package struct Answer: Sendable {
    package var outcome: Outcome
    /// What the message causes, now or later: a click, an order, an unsubscribe, a bounce reported later.
    ///
    /// An arrival that concerns other customers, or names an address, takes effect in the next slice at the earliest.
    package var follows: [Arrival]

    package init(_ outcome: Outcome, follows: [Arrival] = []) {
      self.outcome = outcome
      self.follows = follows
    }
  }

  package let answer: @Sendable (Handover) -> Answer

  package init(answer: @escaping @Sendable (Handover) -> Answer) { self.answer = answer }

  /// Accepts every message, with no further effects.
  package static let acceptsAll = DeliveryPolicy { _ in Answer(.accepted) }
}
