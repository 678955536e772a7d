package import Domain
package import Templates

/// A lifecycle rule: when it fires for whom, and the messages that follow.
package struct Trigger: Sendable {
  package var id: TriggerID
  package var when: any TriggerKind
  package var purpose: Purpose
  /// In the order of the file.
  package var steps: [Step]
  /// Who may get it; `nil` for everybody.
  package var audience: Condition?
  /// The share of customers excluded to measure its effect; 0...1.
  package var holdout: Double
  /// When a cap leaves room for only one message, the lowest goes first; 100 by default.
  package var priority: Int
  /// The minimum time between two enrollments of one customer; `nil` for no limit beyond the occurrence
  /// itself.
  package var reentry: Duration?
  /// A step later than this after its due time is skipped; a step may have its own.
  package var expiresAfter: Duration
  package var existing: ExistingCustomers
  /// The period over which customers already in the trigger's state are spread when it is enabled.
  package var spread: Duration
  /// Which orders end a cart's recovery; only for `cart_idle`.
  package var endsWith: CartEnding
  /// SHA-256 of what affects planning (`when`, `existing`, `reentry`, `endsWith`, the steps' `after`); a
  /// change re-plans.
  package var planningHash: String

  package init(
    id: TriggerID, when: any TriggerKind, purpose: Purpose, steps: [Step], audience: Condition? = nil,
    holdout: Double = 0,
    priority: Int = 100, reentry: Duration? = nil, expiresAfter: Duration,
    existing: ExistingCustomers = .skip, spread: Duration = Trigger.defaultSpread,
    endsWith: CartEnding = .anyOrder,
    planningHash: String
  ) {
    self.id = id
    self.when = when
    self.purpose = purpose
    self.steps = steps
    self.audience = audience
    self.holdout = holdout
    self.priority = priority
    self.reentry = reentry
    self.expiresAfter = expiresAfter
    self.existing = existing
    self.spread = spread
    self.endsWith = endsWith
    self.planningHash = planningHash
  }
}

extension Trigger {
  package static let defaultSpread: Duration = .days(7)
}

/// Whether enabling a trigger may reach customers who already qualify.
package enum ExistingCustomers: String, Sendable, CaseIterable {
  case skip
  case include
}

/// Which orders end the recovery of a cart.
package enum CartEnding: String, Sendable, CaseIterable {
  /// Any order of the customer placed after the cart's last change.
  case anyOrder = "any_order"
  /// Only an order of this cart, or one without a cart; any other removes what it bought.
  case cart
}

/// One message of a trigger.
package struct Step: Sendable {
  package var id: StepID
  /// From the moment the trigger fires.
  package var after: Duration
  /// At least one; the first that reaches the customer is used.
  package var channels: [ChannelName]
  package var template: String
  /// Events since the enrollment fired that make this step pointless.
  package var unless: [Unless]
  /// `nil` for the trigger's.
  package var expiresAfter: Duration?

  package init(
    id: StepID, after: Duration, channels: [ChannelName], template: String, unless: [Unless] = [],
    expiresAfter: Duration? = nil
  ) {
    self.id = id
    self.after = after
    self.channels = channels
    self.template = template
    self.unless = unless
    self.expiresAfter = expiresAfter
  }
}
