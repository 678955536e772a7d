package import Domain

/// Speaks one protocol: turns a message into its wire form and hands it to a provider.
///
/// An adapter says what happened, never what follows from it: retries, rates, breakers and the record are the
/// lane's. It keeps no message after `deliver` returns. Thread-safe: a lane calls `deliver` for as many messages at
/// once as its window allows.
package protocol ChannelAdapter: Sendable {
  /// The form the provider would get now, for people to look at. Secrets stand in it as `<secret>`.
  func preview(_ message: ClaimedMessage, at now: Instant) throws(CompositionError) -> WireForm

  /// One attempt.
  ///
  /// The adapter opens `gate` exactly once, directly before the step after which the provider may have accepted the
  /// message, and takes that step only if the gate opens; a closed gate ends in `.released`. When the task is
  /// cancelled it gives up what can still be given up and returns soon. `.ambiguous` is only for attempts that passed
  /// the gate and got no answer.
  func deliver(
    _ message: ClaimedMessage, at now: Instant, through gate: HandoffGate
  ) async -> DeliveryReport

  /// Gives back connections. No `deliver` follows; those under way end by themselves.
  func close() async
}

/// A message as it goes to a provider.
package struct WireForm: Equatable, Sendable {
  /// `eml`, `txt`, `json` or `http`: also the extension of a file that holds it.
  package var format: String
  package var bytes: [UInt8]

  package init(format: String, bytes: [UInt8]) {
    self.format = format
    self.bytes = bytes
  }
}

/// The last door in front of a provider: opening it makes the durable mark that the message may have been accepted.
package struct HandoffGate: Sendable {
  private let mark: @Sendable () async -> Bool

  /// - Parameter mark: writes the mark; `false` when the claim is lost or the store cannot write.
  package init(_ mark: @escaping @Sendable () async -> Bool) { self.mark = mark }

  /// Waits until the mark is on disk. `false`: nothing of the message may reach the provider.
  package func open() async -> Bool { await mark() }
}

/// How one attempt went, as the adapter saw it.
package struct DeliveryReport: Equatable, Sendable {
  package var outcome: OutcomeClass
  /// The provider's own id of the message.
  package var reference: String?
  /// `250 2.0.0`, `429`, `exit 75`: short and fit for a column.
  package var code: String?
  /// The provider's words, cleaned by `ProviderText`.
  package var detail: String?
  /// The pause the provider asked for.
  package var retryAfter: Duration?

  package init(
    _ outcome: OutcomeClass, reference: String? = nil, code: String? = nil, detail: String? = nil,
    retryAfter: Duration? = nil
  ) {
    self.outcome = outcome
    self.reference = reference
    self.code = code
    self.detail = detail
    self.retryAfter = retryAfter
  }

  /// The gate did not open, or the attempt was called off before it.
  package static let released = DeliveryReport(.released)

  /// The message cannot be put into the form of the channel; a bad address is suppressed like a bounced one.
  package static func refused(_ error: CompositionError) -> DeliveryReport {
    if case .badAddress = error { return DeliveryReport(.badAddress, detail: error.description) }
    return DeliveryReport(.permanent, detail: error.description)
  }
}
