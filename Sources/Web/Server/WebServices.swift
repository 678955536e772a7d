package import Domain

/// What the web listener needs of the rest of the program. Every closure may be called from any task at once.
package struct WebServices: Sendable {
  /// Stores the events; returns when they are on disk. What it throws is answered 503, and the sender repeats.
  package var take: @Sendable ([IncomingEvent]) async throws -> TakenEvents
  /// The meaning of an unsubscribe token by its signature alone: no look into the database, no blocking. `nil`
  /// for every token that was not made here for this purpose.
  package var readUnsubscribeToken: @Sendable (String) -> PageLink?
  /// Withdraws the consent and suppresses the address; returns when it is on disk, with whether it was news.
  /// `nil` when there is no such customer any more; that must take as long as for a customer.
  package var unsubscribe: @Sendable (UnsubscribeLink) async throws -> Bool?
  /// Why the program cannot do its work just now; empty when it can.
  package var problems: @Sendable () async -> [String]
  /// The families of the whole program but those of this listener.
  package var metrics: @Sendable () async -> [MetricFamily]
  package var now: @Sendable () -> Instant
  /// Against events that make the program trap.
  package var care = IngestCare()

  package init(
    take: @escaping @Sendable ([IncomingEvent]) async throws -> TakenEvents,
    readUnsubscribeToken: @escaping @Sendable (String) -> PageLink?,
    unsubscribe: @escaping @Sendable (UnsubscribeLink) async throws -> Bool?,
    problems: @escaping @Sendable () async -> [String],
    metrics: @escaping @Sendable () async -> [MetricFamily], now: @escaping @Sendable () -> Instant
  ) {
    self.take = take
    self.readUnsubscribeToken = readUnsubscribeToken
    self.unsubscribe = unsubscribe
    self.problems = problems
    self.metrics = metrics
    self.now = now
  }
}

/// What a token in the address of a page stands for.
package enum PageLink: Hashable, Sendable {
  case unsubscribe(UnsubscribeLink)
  /// From a test message: nothing follows from it.
  case test(ChannelName)
}

/// Who unsubscribes from what.
package struct UnsubscribeLink: Hashable, Sendable {
  /// The shop's customer id.
  package var customerID: String
  package var channel: ChannelName

  package init(customerID: String, channel: ChannelName) {
    self.customerID = customerID
    self.channel = channel
  }
}

/// What became of events that were handed over to be stored.
package struct TakenEvents: Equatable, Sendable {
  package var stored: Int
  /// Events that were stored before; they changed nothing.
  package var duplicates: Int
  /// What could not be taken in view of what is stored already; `index` is the place among the events given.
  package var problems: [EventProblem]

  package init(stored: Int = 0, duplicates: Int = 0, problems: [EventProblem] = []) {
    self.stored = stored
    self.duplicates = duplicates
    self.problems = problems
  }
}
