package import Domain

/// Says what becomes of each message, in place of providers and customers.
///
/// Called on several threads at once; equal arguments must give equal answers, or runs cannot be repeated.
package struct DeliveryPolicy: Sendable {
  /// How the handover ends.
  package enum Outcome: Equatable, Sendable {
    /// The provider takes it.
    case accepted
    /// The address is bad for good: it is suppressed, and the step is decided again for its next channel.
    case badAddress
    /// The provider refuses this message for good; the address may be good.
    case refused
    /// Nobody can say; the message may have been delivered, and is not sent again.
    case unanswered
    /// The provider takes nothing now; the message is looked at again at this time, which must lie in the future.
    case retry(at: Instant)
  }

  /// A message on its way to the provider.
  package struct Handover: Sendable {
    package var at: Instant
    /// The shop's id of the customer.
    package var customerID: String
    package var message: SimulatedMessage
  }

  package struct Answer: Sendable {
    package var outcome: Outcome
    /// What the message brings about, now or later: a click, an order, an unsubscribe, a bounce that is reported later.
    ///
    /// What is about other customers, or names an address, takes effect in the next slice at the earliest.
    package var follows: [Arrival]

    package init(_ outcome: Outcome, follows: [Arrival] = []) {
      self.outcome = outcome
      self.follows = follows
    }
  }

  package let answer: @Sendable (Handover) -> Answer

  package init(answer: @escaping @Sendable (Handover) -> Answer) { self.answer = answer }

  /// Every message is accepted, and nothing comes of it.
  package static let acceptsAll = DeliveryPolicy { _ in Answer(.accepted) }
}
