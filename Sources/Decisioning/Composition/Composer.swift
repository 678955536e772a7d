import Domain
import Templates

/// Renders a step's template into the text that the customer will read.
enum Composer {
  /// Why composing failed, for the trace; contains nothing of the text.
  struct Failure: Error {
    let values: Record

    init(_ template: String, problem: String, _ details: (String, Value)...) {
      var values: Record = ["template": .string(template), "problem": .string(problem)]
      for (name, value) in details { values[name] = value }
      self.values = values
    }

    init(_ template: String, _ error: RenderError) {
      switch error {
      case .missingVariable(let name, let place):
        self.init(
          template, problem: "missing_variable", ("variable", .string(name)),
          ("at", .string(place.description)))
      case .missingTemplate(let name, let place):
        self.init(
          template, problem: "missing_template", ("missing", .string(name)),
          ("at", .string(place.description)))
      case .aborted(let reason, let place):
        self.init(
          template, problem: "aborted", ("reason", .string(reason)), ("at", .string(place.description)))
      case .invalid(let message, let place):
        self.init(
          template, problem: "invalid", ("message", .string(message)), ("at", .string(place.description)))
      case .limitReached(let limit, let value, let place):
        self.init(
          template, problem: "limit_reached", ("limit", .string(limit.rawValue)),
          ("value", .integer(Int64(value))),
          ("at", .string(place.description)))
      }
    }
  }

  /// The message for the question's channel, on which the customer must be reachable.
  static func compose(_ question: borrowing Question) -> Result<MessageContent, Failure> {
    let name = question.step.template
    guard let policy = question.policy, let to = question.customer.address(policy.address),
      let template = question.program.templates[name]
    else { return .failure(Failure(name, problem: "missing_template", ("missing", .string(name)))) }
    let isMarketing = question.trigger.purpose == .marketing
    var content = MessageContent(
      to: to, toName: question.customer.fullName, text: "", purpose: question.trigger.purpose,
      unsubscribeURL: isMarketing
        ? question.program.links.unsubscribeURL(customerID: question.customer.id, channel: question.channel)
        : nil,
      data: MessageData.record(for: question, medium: policy.medium))
    let context = question.scope.renderContext(unsubscribeURL: content.unsubscribeURL)
    do throws(RenderError) {
      switch policy.medium {
      case .email:
        guard let subject = template.subject else { return .failure(Failure(name, problem: "no_subject")) }
        content.subject = HeaderText.oneLine(try subject.render(context))
        content.preheader = try template.preheader.map { (half) throws(RenderError) in
          HeaderText.oneLine(try half.render(context))
        }
        content.html = try template.html.map { (half) throws(RenderError) in try half.render(context) }
        if let text = template.text { content.text = try text.render(context) }
        if content.subject?.showsNothing == true {
          return .failure(Failure(name, problem: "empty", ("half", .string("subject"))))
        }
      case .text:
        guard let half = template.sms ?? template.text else {
          return .failure(Failure(name, problem: "no_text"))
        }
        content.text = try half.render(context).trimmed
      }
    } catch {
      return .failure(Failure(name, error))
    }
    // A mail without a text part gets one made from its HTML when it is written.
    if content.text.showsNothing, template.text != nil || content.html?.showsNothing ?? true {
      return .failure(Failure(name, problem: "empty", ("half", .string("text"))))
    }
    return .success(content)
  }
}

extension Customer {
  /// First and last name as far as known, separated by a space; empty if neither is.
  var fullName: String {
    switch (firstName, lastName) {
    case (let first?, let last?): HeaderText.oneLine("\(first) \(last)")
    case (let name?, nil), (nil, let name?): HeaderText.oneLine(name)
    case (nil, nil): ""
    }
  }
}
