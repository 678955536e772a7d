package import Domain

/// What the web listener needs from the rest of the program. Closures may be called concurrently from any
/// task.
package struct WebServices: Sendable {
  /// Stores the events; returns once they are on disk. An error is answered with 503, and the sender retries.
  package var take: @Sendable ([IncomingEvent]) async throws -> TakenEvents
  /// Applies statements that several ids are one person's, and returns those refused, by position. Durable and
  /// throwing like `take`.
  package var join: @Sendable ([NameStatement]) async throws -> [Int: NameVerdict.Refusal] = { _ in [:] }
  /// Verifies an unsubscribe token by its signature alone, without the database and without blocking. Returns
  /// `nil` for any token that was not made here for this purpose.
  package var readUnsubscribeToken: @Sendable (String) -> PageLink?
  /// Withdraws the consent and suppresses the address; returns once it is on disk, with whether anything
  /// changed. Returns `nil` if the customer no longer exists, which must take as long as for one who does.
  package var unsubscribe: @Sendable (UnsubscribeLink) async throws -> Bool?
  /// Why the program cannot do its work at the moment; empty if it can.
  package var problems: @Sendable () async -> [String]
  /// The metrics of the whole program except this listener's.
  package var metrics: @Sendable () async -> [MetricFamily]
  package var now: @Sendable () -> Instant
  /// `nil` if no shop system has an endpoint.
  package var hooks: HookServices?
  /// Protects against events that crash the program.
  package var care = IngestCare()

  package init(
    take: @escaping @Sendable ([IncomingEvent]) async throws -> TakenEvents,
    readUnsubscribeToken: @escaping @Sendable (String) -> PageLink?,
    unsubscribe: @escaping @Sendable (UnsubscribeLink) async throws -> Bool?,
    problems: @escaping @Sendable () async -> [String],
    metrics: @escaping @Sendable () async -> [MetricFamily], now: @escaping @Sendable () -> Instant,
    hooks: HookServices? = nil
  ) {
    self.take = take
    self.readUnsubscribeToken = readUnsubscribeToken
    self.unsubscribe = unsubscribe
    self.problems = problems
    self.metrics = metrics
    self.now = now
    self.hooks = hooks
  }
}

/// The meaning of a token in a page's address.
package enum PageLink: Hashable, Sendable {
  case unsubscribe(UnsubscribeLink)
  /// From a test message: it has no effect.
  case test(ChannelName)
}

/// Who unsubscribes from which channel.
package struct UnsubscribeLink: Hashable, Sendable {
  /// The shop's customer id.
  package var customerID: String
  package var channel: ChannelName

  package init(customerID: String, channel: ChannelName) {
    self.customerID = customerID
    self.channel = channel
  }
}

/// The result of storing events.
package struct TakenEvents: Equatable, Sendable {
  package var stored: Int
  /// Events already stored; they changed nothing.
  package var duplicates: Int
  /// Problems that only showed against stored data; `index` is the position among the events given.
  package var problems: [EventProblem]

  package init(stored: Int = 0, duplicates: Int = 0, problems: [EventProblem] = []) {
    self.stored = stored
    self.duplicates = duplicates
    self.problems = problems
  }
}
