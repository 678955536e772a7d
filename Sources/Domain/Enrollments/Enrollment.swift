/// A trigger's id: the `trigger:` of its file.
package struct TriggerID: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral
{
  package let rawValue: String
  package init(_ rawValue: String) { self.rawValue = rawValue }
  package init(stringLiteral value: String) { rawValue = value }
  package var description: String { rawValue }
  package static func < (a: TriggerID, b: TriggerID) -> Bool { a.rawValue < b.rawValue }
}

/// A step's id within its trigger: the step's `id:`, or its number in the file, from 1.
package struct StepID: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  package let rawValue: String
  package init(_ rawValue: String) { self.rawValue = rawValue }
  package init(stringLiteral value: String) { rawValue = value }
  package var description: String { rawValue }
  package static func < (a: StepID, b: StepID) -> Bool { a.rawValue < b.rawValue }
}

/// One customer in one trigger for one occurrence.
package struct Enrollment: Equatable, Sendable {
  /// The store's key; 0 before it is stored.
  package var key: Int64
  package var trigger: TriggerID
  package var customer: CustomerKey
  /// Identifies this firing for the customer: the order id, the cart and its filling, the local year.
  package var occurrence: String
  /// The time from which the steps' `after` counts.
  package var firesAt: Instant
  /// What the messages are about.
  package var subject: Subject
  /// Steps decided for good (sent, skipped or withheld), in decision order.
  package var doneSteps: [StepID]
  /// When the scheduler next checks it; `nil` in every state but `active`.
  package var nextDueAt: Instant?
  package var state: EnrollmentState
  /// Why it ended before its last step; `nil` otherwise.
  package var endReason: EndReason?
  /// When it was first planned.
  package var plannedAt: Instant
  /// When its first step was decided; `nil` before.
  package var beganAt: Instant?

  package init(
    key: Int64 = 0, trigger: TriggerID, customer: CustomerKey, occurrence: String, firesAt: Instant,
    subject: Subject, doneSteps: [StepID] = [], nextDueAt: Instant?, state: EnrollmentState = .active,
    endReason: EndReason? = nil, plannedAt: Instant, beganAt: Instant? = nil
  ) {
    self.key = key
    self.trigger = trigger
    self.customer = customer
    self.occurrence = occurrence
    self.firesAt = firesAt
    self.subject = subject
    self.doneSteps = doneSteps
    self.nextDueAt = nextDueAt
    self.state = state
    self.endReason = endReason
    self.plannedAt = plannedAt
    self.beganAt = beganAt
  }
}

extension Enrollment {
  /// The occurrence of something that counts only once; whatever replaces it later has `first:` with an id.
  package static let firstOccurrence = "first"

  /// Whether it is for something that counts only once.
  package var isForFirst: Bool { occurrence.utf8.starts(with: Self.firstOccurrence.utf8) }
}

package enum EnrollmentState: String, Sendable, CaseIterable {
  /// Steps remain to be decided.
  case active
  /// Every step was decided.
  case completed
  /// Ended before its last step; see `EndReason`.
  case ended
}

/// Why an enrollment ended before its last step.
package enum EndReason: String, Sendable, CaseIterable {
  /// An event of the trigger's own kind removed the reason: the cart was ordered or emptied, the order
  /// cancelled.
  case cancelled
  /// Another occurrence replaced it: a newer order, another date, another set of products.
  case superseded
  /// The trigger's file is gone.
  case triggerRemoved = "trigger_removed"
  /// Another system sent its first messages; planning reactivates it for the remaining steps.
  case sentElsewhere = "sent_elsewhere"
  /// The customer was forgotten.
  case forgotten
  /// Deciding it crashed the program twice; an operator releases or drops it.
  case quarantined
}

/// What an enrollment is about; available to templates as `order`, `cart`, `products` or `event`.
package enum Subject: Hashable, Sendable {
  case customer
  case order(id: String)
  case cart(id: String)
  /// Products that run out, each with its last order.
  case products([SubjectProduct])
  /// An anniversary, identified by its year.
  case anniversary(year: Int)
  case event(messageID: String)
}

extension Subject {
  /// The ids of the orders it is about.
  package var orderIDs: [String] {
    switch self {
    case .order(let id): [id]
    case .products(let products): products.map(\.orderID)
    case .customer, .cart, .anniversary, .event: []
    }
  }
}

package struct SubjectProduct: Hashable, Sendable {
  package var sku: String
  package var orderID: String
  package var runsOutAt: Instant

  package init(sku: String, orderID: String, runsOutAt: Instant) {
    self.sku = sku
    self.orderID = orderID
    self.runsOutAt = runsOutAt
  }
}
