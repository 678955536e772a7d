package import Domain
package import Templates

/// A lifecycle rule: when it fires for whom, and the messages that follow.
package struct Trigger: Sendable {
  package var id: TriggerID
  package var when: When
  package var purpose: Purpose
  /// In the order of the file.
  package var steps: [Step]
  /// Who may get it; `nil` means everybody.
  package var audience: Condition?
  /// Share of customers who never get it, so that its effect can be measured; 0...1.
  package var holdout: Double
  /// Lower goes first when a cap leaves room for one; 100 by default.
  package var priority: Int
  /// Least time between two enrollments of one customer; `nil` means no limit beyond the occurrence itself.
  package var reentry: Duration?
  /// A step later than this behind its due time is skipped; a step may have its own.
  package var expiresAfter: Duration
  package var existing: ExistingCustomers
  /// Over so long those are spread who are in the trigger's state already when it is enabled.
  package var spread: Duration
  /// Whose order ends a recovery; means something for `cart_idle` alone.
  package var endsWith: CartEnding
  /// SHA-256 of what decides about planning (`when`, `existing`, `reentry`, `endsWith`, the steps' `after`); a change
  /// re-plans.
  package var planningHash: String

  package init(
    id: TriggerID, when: When, purpose: Purpose, steps: [Step], audience: Condition? = nil,
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

/// Whether enabling a trigger may reach customers who qualify already at that moment.
package enum ExistingCustomers: String, Sendable, CaseIterable {
  case skip
  case include
}

/// Which orders end the recovery of a cart.
package enum CartEnding: String, Sendable, CaseIterable {
  /// Any of the customer's that was placed after the cart's last change.
  case anyOrder = "any_order"
  /// Only one of this cart, or one that does not say which cart it came from; any other takes out what it bought.
  case cart
}

/// One message of a trigger.
package struct Step: Sendable {
  package var id: StepID
  /// From the moment the trigger fires.
  package var after: Duration
  /// The first that can reach the customer is used; at least one.
  package var channels: [ChannelName]
  package var template: String
  /// Events since the enrollment began that make this step pointless.
  package var unless: [Unless]
  /// `nil` takes the trigger's.
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

/// What makes a trigger fire.
package enum When: Sendable {
  case event(EventRule)
  /// A cart that stands untouched for so long.
  case cartIdle(Duration)
  case runsOut(RunsOutRule)
  case anniversary(AnniversaryRule)
  /// So long since the last standing order.
  case lapsed(Duration)
}

package struct EventRule: Sendable {
  package var name: EventName
  /// Over the event (`event.*`, for orders also `order.*`) and the customer; `nil` means every event of the
  /// name.
  package var condition: Condition?
  package var only: Frequency

  package enum Frequency: String, Sendable, CaseIterable {
    /// The first by event time, once per customer for ever.
    case first
    case every
  }

  package init(name: EventName, condition: Condition? = nil, only: Frequency) {
    self.name = name
    self.condition = condition
    self.only = only
  }
}

package struct RunsOutRule: Sendable {
  package var cycle: Cycle
  /// How long before running out the trigger fires.
  package var lead: Duration
  /// Products that run out within this of each other share one message.
  package var combine: Duration

  package enum Cycle: Sendable, Equatable {
    /// The product's `cycle_days` times the quantity.
    case product
    /// This, times the quantity.
    case fixed(Duration)
    /// The customer's own median interval for the sku, else the median over customers, else the product's.
    case learned
  }

  package init(cycle: Cycle, lead: Duration, combine: Duration) {
    self.cycle = cycle
    self.lead = lead
    self.combine = combine
  }
}

package struct AnniversaryRule: Sendable {
  package var of: AnniversaryField
  package var before: Duration
  package var at: ClockTime
  package var leapDay: Anniversary.LeapDayPolicy

  package init(of: AnniversaryField, before: Duration, at: ClockTime, leapDay: Anniversary.LeapDayPolicy) {
    self.of = of
    self.before = before
    self.at = at
    self.leapDay = leapDay
  }
}

package enum AnniversaryField: String, Sendable, CaseIterable {
  case birthday
  case joinedAt = "joined_at"
}
