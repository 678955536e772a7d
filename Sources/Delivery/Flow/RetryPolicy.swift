package import Domain

/// What is done with a message nobody can say was delivered or not.
package enum AmbiguousPolicy: String, Sendable, CaseIterable {
  /// Left for an operator or the provider's receipt: never twice, perhaps never. The default.
  case park
  /// Sent again: never lost, perhaps twice.
  case retry
  /// Taken as sent.
  case assumeSent = "assume_sent"
}

/// Turns how an attempt ended into what happens to the message. Pure: time and chance are arguments.
package struct RetryPolicy: Equatable, Sendable {
  /// Doubled twice after each charged attempt: 30 s, 2 min, 8 min, 32 min, 2 h 8 min, then `longestDelay`.
  package var firstDelay: Duration = .seconds(30)
  package var longestDelay: Duration = .hours(4)
  package var maximumAttempts = 12
  package var onAmbiguous = AmbiguousPolicy.park
  /// How long the provider recognises a message sent again; `nil` when it does not. Within four fifths of it an
  /// ambiguous attempt is simply repeated, whatever `onAmbiguous` says.
  package var idempotentWindow: Duration?

  package init(
    firstDelay: Duration = .seconds(30), longestDelay: Duration = .hours(4), maximumAttempts: Int = 12,
    onAmbiguous: AmbiguousPolicy = .park, idempotentWindow: Duration? = nil
  ) {
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
    self.maximumAttempts = maximumAttempts
    self.onAmbiguous = onAmbiguous
    self.idempotentWindow = idempotentWindow
  }

  /// The pause after a charged attempt: 30 s · 4^(n-1), at most 4 h, ±20 %.
  ///
  /// - Parameters:
  ///   - attempt: 1 for the first.
  ///   - jitter: between -1 and 1.
  package func delay(afterAttempt attempt: Int, jitter: Double) -> Duration {
    var delay = firstDelay
    var left = attempt - 1
    while left > 0, delay < longestDelay {
      delay = delay * 4
      left -= 1
    }
    return min(delay, longestDelay) * (1 + 0.2 * min(max(jitter, -1), 1))
  }

  /// The write for the outbox after one attempt.
  ///
  /// - Parameters:
  ///   - handoffAt: when the gate opened; `nil` proves that nothing was sent.
  ///   - jitter: between -1 and 1.
  package func result(
    of message: ClaimedMessage, _ report: DeliveryReport, begunAt: Instant, handoffAt: Instant?,
    endedAt: Instant, jitter: Double
  ) -> AttemptResult {
    var outcome = report.outcome
    // Without a handoff nothing can have reached the provider, whatever the adapter thinks.
    if handoffAt == nil, outcome == .ambiguous { outcome = .providerFault }
    var result = AttemptResult(
      key: message.key, uid: message.uid, token: message.token, channel: message.channel,
      attempt: message.attempt,
      outcome: outcome, state: .queued, charged: false, providerReference: report.reference,
      code: report.code,
      detail: report.detail, begunAt: begunAt, handoffAt: handoffAt, endedAt: endedAt)
    let backoff = delay(afterAttempt: message.attempt, jitter: jitter)
    let asked = report.retryAfter ?? .zero
    switch outcome {
    case .accepted:
      result.state = .sent
      result.charged = true
    case .permanent, .badAddress:
      result.state = .dead
      result.charged = true
    case .temporary:
      charge(max(backoff, asked), message, &result)
    // Others were taken since it last failed: the fault is its own.
    case .configurationFault where message.standing == .accused:
      result.state = .dead
      result.charged = true
    case .providerFault where message.standing == .accused:
      charge(max(backoff, asked), message, &result)
    case .throttled, .providerFault, .configurationFault:
      wait(max(delay(afterAttempt: 1, jitter: jitter), asked), message, &result)
    case .released:
      result.state = message.expiresAt <= endedAt ? .expired : .queued
    case .ambiguous:
      result.charged = true
      result.maybeDelivered = true
      settleAmbiguous(max(backoff, asked), message, &result)
    }
    return result
  }

  private func charge(_ delay: Duration, _ message: ClaimedMessage, _ result: inout AttemptResult) {
    result.charged = true
    if message.attempt >= maximumAttempts {
      result.state = .dead
    } else {
      wait(delay, message, &result)
    }
  }

  private func settleAmbiguous(_ delay: Duration, _ message: ClaimedMessage, _ result: inout AttemptResult) {
    let mayRetry = message.attempt < maximumAttempts
    let first = message.firstHandoffAt ?? result.handoffAt ?? result.begunAt
    let isKnownByKey = idempotentWindow.map { result.endedAt + delay <= first + $0 * 0.8 } ?? false
    if mayRetry, isKnownByKey || onAmbiguous == .retry {
      wait(delay, message, &result)
    } else {
      result.state = onAmbiguous == .assumeSent ? .sent : .ambiguous
    }
    // A retry that comes too late must not turn "perhaps delivered" into "not sent".
    if result.state == .expired { result.state = .ambiguous }
  }

  private func wait(_ delay: Duration, _ message: ClaimedMessage, _ result: inout AttemptResult) {
    let retryAt = result.endedAt + delay
    if retryAt >= message.expiresAt {
      result.state = .expired
    } else {
      result.state = .waiting
      result.retryAt = retryAt
    }
  }
}
