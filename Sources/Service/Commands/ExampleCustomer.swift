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
            template: step.template, channel: channel, state: state(program, now), catalog: catalog(program),
            program: program, now: now)
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

  private static func catalog(_ program: Program) -> Catalog {
    let product = Product(
      sku: "example-1", name: "Longjing tea, 100 g", url: "\(program.brand.url)/p/example-1",
      image: "\(program.brand.url)/p/example-1.jpg",
      price: Money(minorUnits: 12800, currency: program.brand.currency), cycleDays: 30)
    return Catalog(products: [ExactText(product.sku): product])
  }

  private static func state(_ program: Program, _ now: Instant) -> CustomerState {
    var customer = Customer(key: CustomerKey(1), id: "example")
    customer.email = "alexandra@shop.example"
    customer.phone = "+8613800000000"
    customer.firstName = "Alexandra"
    customer.lastName = "Example"
    customer.birthday = Birthday(month: 3, day: 1, year: 1990)
    customer.joinedAt = now - .days(400)
    for channel in program.channels.keys { customer.consent[channel] = .granted }
    let line = OrderLine(sku: "example-1", name: "Longjing tea, 100 g", quantity: 1, price: 12800)
    let order = Order(
      id: "example-1", placedAt: now - .days(95),
      total: Money(minorUnits: 12800, currency: program.brand.currency),
      lines: [line], receivedAt: now - .days(95))
    let cart = Cart(
      id: "example", changes: [CartChange(id: "example-1", at: now - .hours(2), kind: .add(line))],
      url: "\(program.brand.url)/cart")
    return CustomerState(customer: customer, orders: [order], carts: [cart])
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
