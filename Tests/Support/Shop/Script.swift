package import Decisioning
package import Domain
package import Simulation
import Templates

/// Words for a simulation: what customers do, when, and what is expected to come of it.
///
/// `at` moves the clock and lets everything happen that falls due on the way; `customer("ann")` does something at that
/// moment; `expect` looks at what has gone out and what was held back.
package final class Script {
  package private(set) var simulation: Simulation
  package private(set) var decisions: [(customer: String, decision: StoredDecision)] = []
  package private(set) var sent: [SentMessage] = []
  private var customers: [String] = []
  private var number = 0

  package struct SentMessage {
    package let customer: String
    package let at: Instant
    package let message: NewMessage
    package let template: String
  }

  /// Every trigger is enabled at `start`, a time of the shop's clock.
  package init(_ triggers: Trigger..., start: String = "2026-01-01 00:00") {
    let program = Program.shop(triggers)
    let now = program.brand.zone.instant(start)
    simulation = Simulation(
      SimulatedShop(program: program, enabledAt: program.triggers.mapValues { _ in now }), now: now)
  }

  package var now: Instant { simulation.now }

  // MARK: - The shop

  package var program: Program {
    get { simulation.shop.program }
    set { simulation.change { $0.program = newValue } }
  }

  package var catalog: Catalog {
    get { simulation.shop.catalog }
    set { simulation.change { $0.catalog = newValue } }
  }

  /// Triggers that are paused; one that is taken out is looked at when its pause would have been.
  package var paused: Set<TriggerID> {
    get { simulation.shop.paused }
    set { simulation.change { $0.paused = newValue } }
  }

  /// Whether messages stay in the outbox until `handsOver`; else they go as soon as they may.
  package var outboxHolds: Bool {
    get { !simulation.shop.isSending }
    set { simulation.change { $0.isSending = !newValue } }
  }

  /// A reload: the trigger's file has changed, or is new.
  package func reload(_ trigger: Trigger) {
    var trigger = trigger
    trigger.planningHash = "reload \(nextNumber())"
    var program = program
    program.triggers[trigger.id] = trigger
    program.addTemplates(of: [trigger])
    simulation.reload(program)
  }

  /// A reload of everything.
  package func reload(_ program: Program) { simulation.reload(program) }

  // MARK: - Time

  /// Lets the clock run to `time` ("2026-03-01 10:00", on the shop's wall); all that falls due on the way is
  /// decided.
  @discardableResult
  package func at(_ time: String) -> Script {
    let target = program.brand.zone.instant(time)
    precondition(target >= now, "a script goes forward: \(time)")
    run(until: target)
    return self
  }

  package func passes(_ duration: Duration) { run(until: now + duration) }

  /// What is due by now is decided, and goes out.
  package func decideDue() { run(until: now) }

  /// The daemon is down until `time`: the clock moves, nothing is decided.
  package func sleeps(until time: String) { simulation.stop(until: program.brand.zone.instant(time)) }

  /// Everything in the outbox is handed over.
  package func handsOver() {
    outboxHolds = false
    run(until: now)
    outboxHolds = true
  }

  /// Everything in the outbox is given up.
  package func givesUp() {
    simulation.policy = DeliveryPolicy { _ in .init(.refused) }
    handsOver()
    simulation.policy = .acceptsAll
  }

  private func run(until end: Instant) {
    var slices: [Slice] = []
    simulation.run(until: end) { slices.append($0) }
    slices.forEach(note)
  }

  private func note(_ slice: Slice) {
    decisions += slice.decisions.map { ($0.customerID, $0.decision) }
    sent += slice.enqueued.map { enqueued in
      let message = enqueued.message.message
      let step = program.triggers[message.trigger]?.steps.first { $0.id == message.step }
      return SentMessage(
        customer: enqueued.customerID, at: message.dueAt, message: message, template: step?.template ?? "")
    }
  }

  // MARK: - Customers

  /// Somebody who is reached by email unless a test says otherwise.
  package func customer(_ id: String) -> Actor {
    if simulation.customer(id) == nil {
      var customer = Customer(key: CustomerKey(0), id: id)
      customer.email = "\(id)@mail.example"
      customer.firstName = id
      simulation.add(SimulatedCustomer(CustomerState(customer: customer)))
      customers.append(id)
    }
    return Actor(script: self, id: id)
  }

  package var states: [String: CustomerState] {
    Dictionary(
      uniqueKeysWithValues: customers.compactMap { id in simulation.customer(id).map { (id, $0.state) } })
  }

  package func receive(
    _ effect: EventEffect, name: EventName, at time: Instant, id messageID: String, from id: String
  ) {
    receive(Event(messageID: messageID, name: name, at: time, receivedAt: now), effect, from: id)
  }

  package func receive(_ event: Event, _ effect: EventEffect = .none, from id: String) {
    learn(.events([IncomingEvent(customerID: id, event: event, effect: effect)]))
  }

  /// The customer's address on a channel is suppressed.
  package func suppress(_ id: String, on channel: ChannelName, _ reason: SuppressionReason) {
    _ = customer(id)
    guard let policy = program.channels[channel], let address = states[id]?.customer.address(policy.address)
    else { preconditionFailure("\(id) has no address on \(channel)") }
    learn(.suppressed(channel, address: address, reason))
  }

  /// Counts, for ids that are not repeated.
  func nextNumber() -> Int {
    number += 1
    return number
  }

  private func learn(_ fact: Arrival.Fact) { note(simulation.learn(fact)) }

  package var expect: Expectation { Expectation(script: self) }
}
