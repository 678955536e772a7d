package import Domain

/// What to do with a message of unknown result.
package enum AmbiguousPolicy: String, Sendable, CaseIterable {
  /// Leave it to an operator or the provider's receipt: never twice, perhaps never. The default.
  case park
  /// Send it again: never lost, perhaps twice.
  case retry
  /// Treat it as sent.
  case assumeSent = "assume_sent"
}

/// Decides what follows from an attempt's result. Pure: time and randomness are arguments.
package struct RetryPolicy: Equatable, Sendable {
  /// Quadrupled after each counted attempt: 30 s, 2 min, 8 min, 32 min, 2 h 8 min, then `longestDelay`.
  package var firstDelay: Duration = .seconds(30)
  package var longestDelay: Duration = .hours(4)
  package var maximumAttempts = 12
  package var onAmbiguous = AmbiguousPolicy.park
  /// How long the provider recognises a repeated message; `nil` if it does not. Within four fifths of it an
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

  /// The pause after a counted attempt: 30 s · 4^(n-1), at most 4 h, ±20 %.
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

  /// The result of an attempt for the outbox.
  ///
  /// - Parameters:
  ///   - handoffAt: when the gate opened; `nil` proves that nothing was sent.
  ///   - jitter: between -1 and 1.
  package func result(
    of message: ClaimedMessage, _ report: DeliveryReport, begunAt: Instant, handoffAt: Instant?,
    endedAt: Instant, jitter: Double
  ) -> AttemptResult {
    var outcome = report.outcome
    // Without a handoff nothing can have reached the provider, whatever the adapter reports.
    if handoffAt == nil, outcome == .ambiguous { outcome = .providerFault }
    let ending = ending(
      outcome, of: message, asked: report.retryAfter ?? .zero,
      firstHandoffAt: message.firstHandoffAt ?? handoffAt ?? begunAt, endedAt: endedAt, jitter: jitter)
    return AttemptResult(
      key: message.key, uid: message.uid, token: message.token, channel: message.channel,
      attempt: message.attempt, outcome: outcome, end: ending.end, retryAt: ending.retryAt,
      providerReference: report.reference, code: report.code, detail: report.detail, begunAt: begunAt,
      handoffAt: handoffAt, endedAt: endedAt)
  }

  private typealias Ending = (end: AttemptEnd, retryAt: Instant?)

  /// - Parameter asked: the pause requested by the provider.
  private func ending(
    _ outcome: OutcomeClass, of message: ClaimedMessage, asked: Duration, firstHandoffAt: Instant,
    endedAt: Instant, jitter: Double
  ) -> Ending {
    let backoff = max(delay(afterAttempt: message.attempt, jitter: jitter), asked)
    switch outcome {
    case .accepted: return (.accepted, nil)
    case .permanent: return (.refused, nil)
    case .badAddress: return (.addressBad, nil)
    case .temporary: return charged(message, retryAt: endedAt + backoff)
    // Others were accepted since it last failed: the message is at fault.
    case .configurationFault where message.standing == .accused: return (.refused, nil)
    case .providerFault where message.standing == .accused:
      return charged(message, retryAt: endedAt + backoff)
    case .throttled, .providerFault, .configurationFault:
      let retryAt = endedAt + max(delay(afterAttempt: 1, jitter: jitter), asked)
      return retry(message, at: retryAt, isCharged: false)
    case .released: return (message.expiresAt <= endedAt ? .tooLateUncharged : .givenBack, nil)
    case .ambiguous:
      return unanswered(message, retryAt: endedAt + backoff, firstHandoffAt: firstHandoffAt)
    }
  }

  private func charged(_ message: ClaimedMessage, retryAt: Instant) -> Ending {
    if message.attempt >= maximumAttempts { return (.refused, nil) }
    return retry(message, at: retryAt, isCharged: true)
  }

  private func retry(_ message: ClaimedMessage, at retryAt: Instant, isCharged: Bool) -> Ending {
    let end = AttemptEnd.retry(at: retryAt, expiresAt: message.expiresAt, isCharged: isCharged)
    return (end, end.state == .waiting ? retryAt : nil)
  }

  private func unanswered(_ message: ClaimedMessage, retryAt: Instant, firstHandoffAt: Instant) -> Ending {
    let isKnownByKey = idempotentWindow.map { retryAt <= firstHandoffAt + $0 * 0.8 } ?? false
    guard message.attempt < maximumAttempts, isKnownByKey || onAmbiguous == .retry else {
      return (onAmbiguous == .assumeSent ? .unansweredAssumed : .unanswered, nil)
    }
    // A retry that would be too late must not turn "perhaps delivered" into "not sent".
    return retryAt >= message.expiresAt ? (.unanswered, nil) : (.unansweredRetry, retryAt)
  }
}
