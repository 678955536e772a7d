import Decisioning
import Domain
import Support

extension Trigger {
  /// A trigger with one step, due at 10:00 sharp when the customer orders at 10:00.
  static func onOrder(
    _ id: TriggerID = "thanks", purpose: Purpose = .marketing, audience: String? = nil, holdout: Double = 0,
    priority: Int = 100, channels: [ChannelName] = ["email"], after: Duration = .zero,
    expiresAfter: Duration = .days(1)
  ) -> Trigger {
    make(
      id, EventRule(name: .orderCompleted, only: .every),
      [.make(id.rawValue, after: after, channels: channels)], purpose: purpose, audience: audience,
      holdout: holdout,
      priority: priority, expiresAfter: expiresAfter)
  }
}
