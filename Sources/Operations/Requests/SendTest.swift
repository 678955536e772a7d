package import Domain

/// Send one real message, bypassing ledger and outbox, to test a channel.
package struct SendTestRequest: OperatorRequest {
  package typealias Answer = SendTestAnswer
  package static let name = "send-test"
  package static let effect = RequestEffect.send
  package static let isAboutConfiguration = true

  package var channel: ChannelName
  /// The recipient's address.
  package var to: String
  /// A template to send instead of a line of text; requires a customer.
  package var template: String?
  /// The shop's id of the customer whose data fills the template.
  package var customer: String?

  package init(channel: ChannelName, to: String, template: String? = nil, customer: String? = nil) {
    self.channel = channel
    self.to = to
    self.template = template
    self.customer = customer
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SendTestRequest(
      channel: try field.given("channel", \.channel), to: try field.given("to", \.to),
      template: try field.optional("template", \.template),
      customer: try field.optional("customer", \.customer))
  }
}

/// The provider's response to the message.
package struct SendTestAnswer: JSONRecord {
  package var channel: ChannelName
  package var to: String
  package var outcome: OutcomeClass
  /// An SMTP reply code, HTTP status or similar.
  package var code: String?
  /// The provider's message.
  package var detail: String?
  /// The provider's id of the message.
  package var reference: String?
  /// The file written instead of sending; `nil` if it was sent.
  package var file: String?
  /// What was made up for the message; `nil` if nothing was.
  package var sample: MadeUp?

  package init(
    channel: ChannelName, to: String, outcome: OutcomeClass, code: String? = nil, detail: String? = nil,
    reference: String? = nil, file: String? = nil, sample: MadeUp? = nil
  ) {
    self.sample = sample
    self.file = file
    self.channel = channel
    self.to = to
    self.outcome = outcome
    self.code = code
    self.detail = detail
    self.reference = reference
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SendTestAnswer(
      channel: try field("channel", \.channel), to: try field("to", \.to),
      outcome: try field("outcome", \.outcome), code: try field.optional("code", \.code),
      detail: try field.optional("detail", \.detail), reference: try field.optional("reference", \.reference),
      file: try field.optional("file", \.file), sample: try field.optional("sample", \.sample))
  }
}
