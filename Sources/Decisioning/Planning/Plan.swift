package import Domain

/// One firing of a trigger for a customer, according to the current state.
///
/// Plans are never stored. They are recomputed from the whole state whenever a part of it changes, and
/// `Reconciliation` updates the stored enrollments to match; so the order in which events arrive does not
/// matter.
package struct Plan: Hashable, Sendable {
  /// Identifies this firing within the customer and the trigger.
  package var occurrence: String
  /// The time from which the steps' `after` counts.
  package var firesAt: Instant
  package var subject: Subject
  /// Whether the customer's state began before the trigger was enabled, or became known too late (`existing:
  /// include`). Such a plan fires when it is first enrolled; `firesAt` is the earliest possible time.
  package var isBacklog: Bool

  package init(occurrence: String, firesAt: Instant, subject: Subject, isBacklog: Bool = false) {
    self.occurrence = occurrence
    self.firesAt = firesAt
    self.subject = subject
    self.isBacklog = isBacklog
  }
}
