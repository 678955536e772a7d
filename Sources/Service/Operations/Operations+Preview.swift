internal import Decisioning
internal import Delivery
internal import Domain
internal import Platform
internal import Store

extension Operations {
  func preview(_ request: JSON) async throws -> JSON { try await composed(request).json }

  /// The message as composed, before any channel has put it into its own form.
  ///
  /// - Parameter to: where a test goes instead, so that the customer needs no address.
  func composed(_ request: JSON, to: String? = nil) async throws -> Preview {
    let template = try text("template", of: request)
    let channel = request["channel"] == nil ? nil : try channel(of: request)
    let shop = shop.current
    guard shop.program.templates[template] != nil else {
      throw OperationError.unknownTemplate(template, known: shop.program.templates.keys.map(\.text))
    }
    let customer = try await customer(try text("customer", of: request))
    var state = try await store.read { tx in
      let parts = StateParts(
        orders: true, carts: true, enrollments: true, eventNames: shop.program.plannedEvents)
      return try tx.states(of: [customer], parts: parts)[customer.key] ?? CustomerState(customer: customer)
    }
    if let to, let channel {
      switch shop.program.channels[channel]?.address {
      case .email: state.customer.email = to
      case .phone: state.customer.phone = to
      case .customerID, nil: break
      }
    }
    // Whoever looks at it or gets it by mail is not the customer, and must not be able to act as one.
    var tested = shop.program
    tested.links.isForTests = true
    let (program, known) = (tested, state)
    let result = quarantine.box.work(on: .command) {
      Preview.compose(
        template: template, channel: channel, state: known, catalog: shop.catalog, program: program,
        now: now())
    }
    switch result {
    case .success(let preview): return preview
    case .failure(let problem):
      throw OperationError.notRenderable(template: template, reason: problem.text)
    }
  }
}

extension Preview {
  var json: JSON {
    var object: JSONObject = [
      "trigger": .string(trigger.rawValue), "step": .string(step.rawValue),
      "channel": .string(channel.rawValue), "to": .string(content.to),
      "to_name": .string(content.toName),
      "text": .string(content.text.isEmpty ? content.html.map(HTMLText.convert) ?? "" : content.text),
      "purpose": .string(content.purpose.rawValue),
    ]
    if let subject = content.subject { object["subject"] = .string(subject) }
    if let preheader = content.preheader { object["preheader"] = .string(preheader) }
    if let html = content.html { object["html"] = .string(html) }
    if let url = content.unsubscribeURL { object["unsubscribe_url"] = .string(url) }
    return .object(object)
  }
}

extension Preview.Problem {
  var text: String {
    switch self {
    case .unused: "no trigger uses it, so nothing says what it would be about"
    case .noSubject(let trigger, let need): "trigger '\(trigger)' needs \(need), and this customer has none"
    case .noAddress(let channel): "the customer has no address on channel '\(channel)'"
    case .failed(let values): values.entries.map { "\($0.name)=\($0.value.plainText)" }.joined(separator: " ")
    }
  }
}
