package import Domain

/// Everything a decision depends on besides the program and the time, loaded in bulk by the scheduler.
package struct Facts: Sendable {
  /// The enrollment to decide about.
  package var enrollment: Enrollment
  private(set) var shared: Shared<CustomerState>
  /// The customer, including all enrollments that began recently.
  package var state: CustomerState {
    get { shared.value }
    set { shared = Shared(newValue) }
  }
  package var catalog: Catalog
  /// Whether an operator has paused the trigger.
  package var paused: Bool
  /// Channels on which the customer's address is suppressed, and why.
  package var suppressed: [ChannelName: SuppressionReason]
  /// Marketing messages to the customer that were sent or are in flight, as far back as the longest cap
  /// reaches.
  package var capEntries: [CapEntry]
  /// Events with names in `Program.exitEvents` since the enrollment fired, or longer; the latest of each name.
  package var eventsSince: [PastEvent]
  /// The state of the messages of the enrollment's earlier steps.
  package var messages: [StepMessage]

  package init(
    enrollment: Enrollment, state: CustomerState, catalog: Catalog = Catalog(), paused: Bool = false,
    suppressed: [ChannelName: SuppressionReason] = [:], capEntries: [CapEntry] = [],
    eventsSince: [PastEvent] = [], messages: [StepMessage] = []
  ) {
    self.enrollment = enrollment
    shared = Shared(state)
    self.catalog = catalog
    self.paused = paused
    self.suppressed = suppressed
    self.capEntries = capEntries
    self.eventsSince = eventsSince
    self.messages = messages
  }
}
