package import Domain

/// Render a message as a customer would get it.
package struct PreviewRequest: OperatorRequest {
  package typealias Answer = PreviewAnswer
  package static let name = "preview"
  package static let effect = RequestEffect.look
  package static let isAboutConfiguration = true

  /// The template's name without extensions: `cart/reminder`.
  package var template: String
  /// The shop's id; `nil` for a made-up customer.
  package var customer: String?
  /// Whether to include the form sent to the provider.
  package var wantsWire: Bool
  /// One of the step's channels; `nil` for the first.
  package var channel: ChannelName?

  package init(
    template: String, customer: String? = nil, wantsWire: Bool = false, channel: ChannelName? = nil
  ) {
    self.template = template
    self.customer = customer
    self.wantsWire = wantsWire
    self.channel = channel
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    PreviewRequest(
      template: try field.given("template", \.template), customer: try field.optional("customer", \.customer),
      wantsWire: try field.flag("wire", \.wantsWire), channel: try field.optional("channel", \.channel))
  }
}

package struct PreviewAnswer: JSONRecord {
  package var trigger: TriggerID
  package var step: StepID
  package var channel: ChannelName
  package var to: String
  /// Empty if the name is unknown.
  package var toName: String
  /// The text part; for a mail with HTML only, the text derived from it.
  package var text: String
  package var purpose: Purpose
  package var subject: String?
  package var preheader: String?
  package var html: String?
  package var unsubscribeURL: String?
  /// `nil` if not requested.
  package var wire: Wire?
  /// What was made up for the message; `nil` if nothing was.
  package var sample: MadeUp?

  package init(
    trigger: TriggerID, step: StepID, channel: ChannelName, to: String, toName: String, text: String,
    purpose: Purpose, subject: String? = nil, preheader: String? = nil, html: String? = nil,
    unsubscribeURL: String? = nil, wire: Wire? = nil, sample: MadeUp? = nil
  ) {
    self.trigger = trigger
    self.step = step
    self.channel = channel
    self.to = to
    self.toName = toName
    self.text = text
    self.purpose = purpose
    self.subject = subject
    self.preheader = preheader
    self.html = html
    self.unsubscribeURL = unsubscribeURL
    self.wire = wire
    self.sample = sample
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    PreviewAnswer(
      trigger: try field("trigger", \.trigger), step: try field("step", \.step),
      channel: try field("channel", \.channel), to: try field("to", \.to),
      toName: try field("to_name", \.toName), text: try field("text", \.text),
      purpose: try field("purpose", \.purpose), subject: try field.optional("subject", \.subject),
      preheader: try field.optional("preheader", \.preheader), html: try field.optional("html", \.html),
      unsubscribeURL: try field.optional("unsubscribe_url", \.unsubscribeURL),
      wire: try field.optional("wire", \.wire), sample: try field.optional("sample", \.sample))
  }
}

extension PreviewAnswer {
  /// What the channel would hand to the provider.
  package struct Wire: JSONRecord {
    /// `eml`, `http` or another format.
    package var format: String
    /// Secrets are replaced by `<secret>`.
    package var text: String

    package init(format: String, text: String) {
      self.format = format
      self.text = text
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Wire(format: try field("format", \.format), text: try field("text", \.text))
    }
  }
}

/// What was made up for a message for lack of real data.
package struct MadeUp: JSONRecord {
  package var of: Part
  /// What the customer lacks; `nil` if the customer is made up too.
  package var lacks: String?

  package enum Part: String, Sendable, CaseIterable, JSONRepresentable {
    /// The customer, and whatever the message is about.
    case customer
    /// Only what the message is about.
    case occasion
  }

  package init(of part: Part, lacks: String? = nil) {
    of = part
    self.lacks = lacks
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    MadeUp(of: try field("of", \.of), lacks: try field.optional("lacks", \.lacks))
  }
}
