internal import Configuration
package import Delivery
package import Domain
package import Store
internal import Synchronization

/// The channels' settings for messages whose answer is no longer awaited, consistent with those for messages
/// in flight. Follows reloads. Thread-safe.
package final class HandoffRules: Sendable {
  private let policies = Mutex<[ChannelName: RetryPolicy]>([:])

  package init(_ policies: [ChannelName: RetryPolicy] = [:]) { update(policies) }

  /// - Parameter captures: whether messages go to files, which are written atomically and can safely be
  ///   written again.
  convenience init(_ settings: Settings<any AdapterSettings>, captures: Bool) {
    self.init()
    update(settings, captures: captures)
  }

  func update(_ settings: Settings<any AdapterSettings>, captures: Bool) {
    var policies: [ChannelName: RetryPolicy] = [:]
    for channel in settings.channels {
      policies[channel.name] = captures ? RetryPolicy(onAmbiguous: .retry) : channel.adapter.retry
    }
    update(policies)
  }

  private func update(_ policies: [ChannelName: RetryPolicy]) { self.policies.withLock { $0 = policies } }

  /// Corresponds to `RetryPolicy` for an attempt without an answer.
  package func rules(at now: Instant) -> [ChannelName: HandoffRule] {
    policies.withLock { $0 }.mapValues { policy in
      var rule = HandoffRule(
        attempts: policy.maximumAttempts, assumesSent: policy.onAmbiguous == .assumeSent)
      if policy.onAmbiguous == .retry {
        rule.retriesSince = .distantPast
      } else if let window = policy.idempotentWindow {
        rule.retriesSince = now - window * 0.8
      }
      return rule
    }
  }
}
