/// The state of an enrollment's message of one step, as needed by later steps.
///
/// A message that was given up before it was handed over has none: it keeps no step waiting.
package struct StepMessage: Equatable, Sendable {
  package enum Progress: Equatable, Sendable {
    /// In the outbox. It is not sent before `from`, and given up after `until`.
    case underWay(from: Instant, until: Instant)
    /// The provider has it, or may have it, since then.
    case handedOver(at: Instant)
  }

  package var step: StepID
  package var progress: Progress

  package init(step: StepID, progress: Progress) {
    self.step = step
    self.progress = progress
  }
}
