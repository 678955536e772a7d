package import Domain

/// One firing of a trigger for a customer, as the customer's state has it now.
///
/// Plans are never stored. They are recomputed from the whole state whenever a part of it changes, and
/// `Reconciliation` brings the stored enrollments in line; that is why the order in which events arrive does
/// not matter.
package struct Plan: Hashable, Sendable {
  /// What makes this firing unique for the customer and the trigger.
  package var occurrence: String
  /// The moment from which the steps' `after` counts.
  package var firesAt: Instant
  package var subject: Subject
  /// The customer is in a state that began before the trigger was enabled or is known of too late (`existing:
  /// include`). Such a plan fires from when it is first enrolled on; `firesAt` is the earliest that can be.
  package var isBacklog: Bool

  package init(occurrence: String, firesAt: Instant, subject: Subject, isBacklog: Bool = false) {
    self.occurrence = occurrence
    self.firesAt = firesAt
    self.subject = subject
    self.isBacklog = isBacklog
  }
}
