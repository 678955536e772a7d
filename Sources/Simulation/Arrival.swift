package import Domain

/// Something that becomes known to the shop.
package struct Arrival: Sendable {
  package enum Fact: Sendable {
    /// Events of one customer that arrive together, in the order of the batch. Each says itself when it happened.
    case events([IncomingEvent])
    /// An address gets nothing more on a channel: a bounce that was reported later, a complaint, an operator's word.
    case suppressed(ChannelName, address: String, SuppressionReason)
  }

  /// When it becomes known; events may have happened long before.
  package var at: Instant
  package var fact: Fact

  package init(at: Instant, _ fact: Fact) {
    self.at = at
    self.fact = fact
  }

  /// An event that becomes known when its `receivedAt` says.
  package init(_ event: IncomingEvent) { self.init(at: event.event.receivedAt, .events([event])) }
}
