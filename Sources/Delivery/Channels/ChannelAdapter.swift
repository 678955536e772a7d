package import Domain

/// Speaks one protocol: converts messages to their wire form and sends them to a provider.
///
/// An adapter reports what happened, but does not decide what follows: retries, rates, breakers and recording
/// belong to the lane. It keeps no message after `deliver` returns. Thread-safe: a lane calls `deliver` for
/// as many messages at once as its window allows.
package protocol ChannelAdapter: Sendable {
  /// The wire form that would be sent now, for display, with secrets replaced by `<secret>`.
  func preview(_ message: ClaimedMessage, at now: Instant) throws(CompositionError) -> WireForm

  /// Makes one attempt.
  ///
  /// The adapter opens `gate` exactly once, directly before the step after which the provider may have accepted the
  /// message, and takes that step only if the gate opens; if it stays closed, the result is `.released`. On
  /// cancellation it aborts what it still can and returns soon. `.ambiguous` is only for attempts that passed the gate
  /// and got no answer.
  func deliver(
    _ message: ClaimedMessage, at now: Instant, through gate: HandoffGate
  ) async -> DeliveryReport

  /// Closes its connections. `deliver` is not called afterwards; running calls finish by themselves.
  func close() async
}

/// A message as sent to a provider.
package struct WireForm: Equatable, Sendable {
  /// `eml`, `txt`, `json` or `http`; also the extension of its file.
  package var format: String
  package var bytes: [UInt8]

  package init(format: String, bytes: [UInt8]) {
    self.format = format
    self.bytes = bytes
  }
}

/// The last check before the provider: opening it durably records that the message may have been accepted.
package struct HandoffGate: Sendable {
  private let mark: @Sendable () async -> Bool

  /// - Parameter mark: writes the record; returns `false` if the claim is lost or the store cannot write.
  package init(_ mark: @escaping @Sendable () async -> Bool) { self.mark = mark }

  /// Waits until the record is durable. Returns `false` if nothing of the message may reach the provider.
  package func open() async -> Bool { await mark() }
}

/// The result of one attempt, as the adapter saw it.
package struct DeliveryReport: Equatable, Sendable {
  package var outcome: OutcomeClass
  /// The provider's id of the message.
  package var reference: String?
  /// Short enough for a column: `250 2.0.0`, `429`, `exit 75`.
  package var code: String?
  /// The provider's message, cleaned by `ProviderText`.
  package var detail: String?
  /// The pause requested by the provider.
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

  /// The gate did not open, or the attempt was cancelled before it.
  package static let released = DeliveryReport(.released)

  /// The message cannot be converted for the channel; a bad address is suppressed like a bounced one.
  package static func refused(_ error: CompositionError) -> DeliveryReport {
    if case .badAddress = error { return DeliveryReport(.badAddress, detail: error.description) }
    return DeliveryReport(.permanent, detail: error.description)
  }
}
