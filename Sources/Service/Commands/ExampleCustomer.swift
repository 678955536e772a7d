package import Decisioning
package import Domain

/// A customer with all fields set, for trying templates without a store.
package enum ExampleCustomer {
  /// The program's text messages for this customer: each template and channel once, by name.
  package static func textMessages(_ draft: ProgramDraft, now: Instant) -> [ExampleText] {
    // Real links need the store's key; these lead nowhere and have the same length.
    let program = draft.program(
      linkKey: LinkSigner.SigningKey(id: "1", secret: [UInt8](repeating: 0x41, count: 32)), holdoutSalt: "")
    var seen: Set<ExactText> = []
    var texts: [ExampleText] = []
    for trigger in program.triggers.values.sorted(by: { $0.id < $1.id }) {
      for step in trigger.steps {
        for channel in step.channels where program.channels[channel]?.medium == .text {
          guard seen.insert("\(step.template) \(channel)") else { continue }
          let result = Preview.compose(
            template: step.template, channel: channel, state: nil, catalog: Catalog(), program: program,
            now: now)
          switch result {
          case .success(let preview):
            texts.append(ExampleText(template: step.template, channel: channel, text: preview.content.text))
          case .failure(let problem):
            texts.append(
              ExampleText(template: step.template, channel: channel, text: nil, problem: problem.text))
          }
        }
      }
    }
    return texts.sorted { ($0.template, $0.channel) < ($1.template, $1.channel) }
  }
}

/// A text message for the example customer.
package struct ExampleText: Equatable, Sendable {
  package var template: String
  package var channel: ChannelName
  /// `nil` if it cannot be composed.
  package var text: String?
  package var problem: String?

  package init(template: String, channel: ChannelName, text: String?, problem: String? = nil) {
    self.template = template
    self.channel = channel
    self.text = text
    self.problem = problem
  }
}
