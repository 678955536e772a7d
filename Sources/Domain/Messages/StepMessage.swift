/// What became of the message of one step of an enrollment, as far as the steps after it ask.
///
/// Of a message that was given up before it was handed over there is none: it keeps no step waiting.
package struct StepMessage: Equatable, Sendable {
  package enum Progress: Equatable, Sendable {
    /// In the outbox. It does not go before `from` and is given up after `until`.
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
