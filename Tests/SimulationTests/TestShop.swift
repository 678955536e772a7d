import Decisioning
import Domain
import Simulation
import Support

/// A simulation that keeps what it is told in lines; times are those of one day in the shop.
struct TestShop {
  var simulation: Simulation
  private(set) var decisions: [String] = []
  private(set) var ended: [String] = []
  private(set) var texts: [String] = []
  private(set) var slices = 0
  private var number = 0

  init(
    _ triggers: [Trigger], _ policy: DeliveryPolicy = .acceptsAll,
    options: Simulation.Options = Simulation.Options(), _ change: (inout Program) -> Void = { _ in }
  ) {
    var program = Program.shop(triggers)
    change(&program)
    let start = Self.zone.instant("2026-03-01 00:00")
    simulation = Simulation(
      SimulatedShop(program: program, enabledAt: program.triggers.mapValues { _ in start }), now: start,
      policy: policy, options: options)
  }

  private static let zone = TimeZoneRules.shanghai

  func time(_ text: String) -> Instant {
    Self.zone.instant(text.contains(" ") ? text : "2026-03-01 \(text)")
  }

  mutating func tell(_ time: String, _ deed: Deed) {
    number += 1
    let at = self.time(time)
    let event = Event(messageID: "m\(number)", name: deed.name, at: at, receivedAt: at)
    simulation.take([Arrival(IncomingEvent(customerID: deed.customer, event: event, effect: deed.effect(at)))]
    )
  }

  mutating func run(until time: String) {
    var seen: [Slice] = []
    simulation.run(until: self.time(time)) { seen.append($0) }
    for slice in seen {
      decisions += slice.decisions.map { made in
        let gate = made.decision.gate.map { " \($0.rawValue)" } ?? ""
        return
          "\(clock(made.decision.at)) \(made.customerID) \(made.decision.step) \(made.decision.verdict.rawValue)\(gate)"
      }
      ended += slice.ended.map {
        "\(clock($0.at)) \($0.customerID) \($0.message.message.channel) \($0.state.rawValue)"
      }
      texts += slice.ended.map { $0.message.message.content.to }
    }
    slices += seen.count
  }

  private func clock(_ instant: Instant) -> String {
    let text = Self.zone.clock(instant)
    return text.hasPrefix("2026-03-01 ") ? String(text.dropFirst(11)) : text
  }

  /// What a customer does.
  struct Deed {
    var customer: String
    var name: EventName
    var effect: (Instant) -> EventEffect

    static func identified(_ customer: String, email: String? = nil, phone: String? = nil) -> Deed {
      var traits = CustomerTraits()
      if let email { traits.email = .some(email) }
      if let phone { traits.phone = .some(phone) }
      return Deed(customer: customer, name: .customerIdentified) { _ in .identify(traits) }
    }

    static func ordered(_ customer: String, _ order: String) -> Deed {
      Deed(customer: customer, name: .orderCompleted) { at in
        .orderPlaced(
          Order(
            id: order, placedAt: at, total: .cny(5000),
            lines: [OrderLine(sku: "tea", quantity: 1, price: 5000)],
            receivedAt: at))
      }
    }

    static func added(_ customer: String, _ sku: String) -> Deed {
      Deed(customer: customer, name: .productAdded) { _ in
        .cartChanged(
          cartID: "default", url: nil, change: .add(OrderLine(sku: sku, quantity: 1, price: 5000)))
      }
    }

    static func withdrew(_ customer: String, from channel: ChannelName) -> Deed {
      Deed(customer: customer, name: .consentWithdrawn) { _ in .consent(channel, .withdrawn) }
    }

    static func granted(_ customer: String, _ channel: ChannelName) -> Deed {
      Deed(customer: customer, name: .consentGranted) { _ in .consent(channel, .granted) }
    }
  }
}
