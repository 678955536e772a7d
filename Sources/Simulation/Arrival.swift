package import Domain

/// Something that the shop learns.
package struct Arrival: Sendable {
  package enum Fact: Sendable {
    /// Events of one customer that arrive together, in batch order. Each has its own time.
    case events([IncomingEvent])
    /// Two ids are one person's. Comes before the events that arrive with it.
    case named(NameStatement)
    /// An address was suppressed on a channel: a bounce reported later, a complaint, an operator's decision.
    case suppressed(ChannelName, address: String, SuppressionReason)
    /// Another system sent these messages to a customer; ignored if the customer is unknown.
    case sentElsewhere([SentElsewhere], customerID: String)
  }

  /// When it arrives; events may have happened long before.
  package var at: Instant
  package var fact: Fact

  package init(at: Instant, _ fact: Fact) {
    self.at = at
    self.fact = fact
  }

  /// An event that arrives at its `receivedAt`.
  package init(_ event: IncomingEvent) { self.init(at: event.event.receivedAt, .events([event])) }
}
