internal import Decisioning
internal import Delivery
internal import Domain
internal import Operations
internal import Platform
internal import Store

extension Responder {
  /// Composes the message, before a channel converts it.
  ///
  /// - Parameters:
  ///   - customerID: `nil` to make up a customer.
  ///   - channel: `nil` for the step's first.
  ///   - to: the recipient of a test, so that the customer needs no address.
  func composed(
    _ template: String, for customerID: String?, by channel: ChannelName?, to: String? = nil
  ) async throws -> Preview {
    let channel = try channel.map(known)
    let shop = shop.current
    guard shop.program.templates[template] != nil else {
      throw OperationError.unknownTemplate(template, known: shop.program.templates.keys.map(\.text))
    }
    var state: CustomerState?
    if let customerID {
      let customer = try await customer(customerID)
      state = try await store.read { tx in
        let parts = StateParts.everything(eventNames: shop.program.plannedEvents)
        return try tx.longState(of: customer, parts: parts, shop)
      }
    }
    if let to, let channel {
      switch shop.program.channels[channel]?.address {
      case .email: state?.customer.email = to
      case .phone: state?.customer.phone = to
      case .customerID, nil: break
      }
    }
    // The reader of a preview or test message is not the customer, and must not be able to act as the
    // customer.
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

extension PreviewAnswer {
  init(_ preview: Preview, wire: Wire? = nil) {
    let content = preview.content
    self.init(
      trigger: preview.trigger, step: preview.step, channel: preview.channel, to: content.to,
      toName: content.toName,
      text: content.text.isEmpty ? content.html.map(HTMLText.convert) ?? "" : content.text,
      purpose: content.purpose, subject: content.subject, preheader: content.preheader, html: content.html,
      unsubscribeURL: content.unsubscribeURL, wire: wire, sample: preview.sample.map { MadeUp($0) })
  }
}

extension MadeUp {
  init(_ extent: Sample.Extent) {
    switch extent {
    case .customer: self.init(of: .customer)
    case .occasion(let lacks): self.init(of: .occasion, lacks: lacks)
    }
  }
}

extension Preview.Problem {
  var text: String {
    switch self {
    case .unused: "no trigger uses it, so nothing says what it would be about"
    case .noSubject(let trigger, let need): "trigger '\(trigger)' needs \(need), and this customer has none"
    case .noAddress(let channel): "the customer has no address on channel '\(channel)'"
    case .failed(let values):
      TemplateFailure.sentence { values[$0]?.plainText }
        ?? values.entries.map { "\($0.name)=\($0.value.plainText)" }.joined(separator: " ")
    }
  }
}
