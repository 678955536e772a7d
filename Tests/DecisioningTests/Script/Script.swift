import Decisioning
import Domain
import Templates
import Testing

/// A shop in memory over virtual time: events are planned as they arrive, due steps decided as the clock
/// passes them.
///
/// `at` moves the clock and lets everything happen that falls due on the way; `customer("ann")` does
/// something at that moment; `expect` looks at what has gone out and what was held back.
final class Script {
  var program: Program
  var catalog = Catalog()
  var paused: Set<TriggerID> = []
  var suppressed: [String: [ChannelName: SuppressionReason]] = [:]
  private(set) var now: Instant
  private(set) var states: [String: CustomerState] = [:]
  private var events: [String: [Event]] = [:]
  private(set) var decisions: [(customer: String, decision: StoredDecision)] = []
  private(set) var sent: [SentMessage] = []
  /// What became of the messages of each enrollment's steps.
  private(set) var messages: [Int64: [StepMessage]] = [:]
  /// Whether messages stay in the outbox until `handsOver`; else they go as soon as they may.
  var outboxHolds = false
  private(set) var enabledAt: [TriggerID: Instant] = [:]
  private var nextKey: Int64 = 1
  private var customerKeys: [CustomerKey: String] = [:]

  struct SentMessage {
    let customer: String
    let at: Instant
    let message: NewMessage
    let template: String
  }

  /// Every trigger is enabled at `start`, a time of the shop's clock.
  init(_ triggers: Trigger..., start: String = "2026-01-01 00:00") {
    program = .shop(triggers)
    now = program.brand.zone.instant(start)
    for trigger in triggers { enabledAt[trigger.id] = now }
  }

  // MARK: Time

  /// Lets the clock run to `time` ("2026-03-01 10:00", on the shop's wall); all that falls due on the way is
  /// decided.
  @discardableResult
  func at(_ time: String) -> Script {
    let target = program.brand.zone.instant(time)
    precondition(target >= now, "a script goes forward: \(time)")
    run(until: target)
    return self
  }

  func passes(_ duration: Duration) { run(until: now + duration) }

  private func run(until target: Instant) {
    while let due = nextDueAt, due <= target {
      now = max(now, due)
      decideDue()
    }
    now = target
  }

  /// Everything in the outbox is handed over.
  func handsOver() {
    for (key, list) in messages {
      messages[key] = list.map { message in
        guard case .underWay = message.progress else { return message }
        return StepMessage(step: message.step, progress: .handedOver(at: now))
      }
    }
  }

  /// Everything in the outbox is given up.
  func givesUp() {
    for (key, list) in messages {
      messages[key] = list.filter { if case .underWay = $0.progress { false } else { true } }
    }
  }

  /// The daemon is down until `time`: the clock moves, nothing is decided.
  func sleeps(until time: String) { now = program.brand.zone.instant(time) }

  var nextDueAt: Instant? { states.values.flatMap(\.enrollments).compactMap(\.nextDueAt).min() }

  func decideDue() {
    for id in states.keys.sorted() {
      while let state = states[id] {
        let due = state.enrollments.filter { enrollment in enrollment.nextDueAt.map { $0 <= now } ?? false }
        if due.isEmpty { break }
        settle(due, of: id, state)
      }
    }
  }

  private func settle(_ due: [Enrollment], of id: String, _ state: CustomerState) {
    let batch = due.map { enrollment in
      Facts(
        enrollment: enrollment, state: state, catalog: catalog, paused: paused.contains(enrollment.trigger),
        suppressed: suppressed[id] ?? [:],
        capEntries: capEntries(of: id), eventsSince: eventsSince(of: id),
        messages: messages[enrollment.key] ?? [])
    }
    for settlement in Decider.settle(customer: batch, program: program, now: now) {
      let enrollment = settlement.enrollment
      let index = states[id]?.enrollments.firstIndex { $0.key == enrollment.key }
      if let index { states[id]?.enrollments[index] = enrollment }
      if let record = settlement.record(at: now) { decisions.append((id, record)) }
      if let message = settlement.message {
        let step = program.triggers[message.trigger]?.steps.first { $0.id == message.step }
        sent.append(
          SentMessage(customer: id, at: message.dueAt, message: message, template: step?.template ?? ""))
        messages[enrollment.key, default: []].append(
          StepMessage(
            step: message.step,
            progress: outboxHolds
              ? .underWay(from: message.dueAt, until: message.expiresAt) : .handedOver(at: message.dueAt)))
      }
      if settlement.replans, let trigger = program.triggers[enrollment.trigger] { replan(trigger, for: id) }
    }
  }

  func capEntries(of id: String) -> [CapEntry] {
    sent.filter { $0.customer == id && $0.message.content.purpose == .marketing }
      .map { CapEntry(channel: $0.message.channel, at: $0.at) }
  }

  func eventsSince(of id: String) -> [PastEvent] {
    (events[id] ?? []).map { event in
      var past = PastEvent(name: event.name, at: event.at)
      if case .string(let id)? = event.properties["order_id"] { past.orderID = id }
      return past
    }
  }

  // MARK: Events

  func customer(_ id: String) -> Actor {
    if states[id] == nil {
      let key = CustomerKey(Int64(customerKeys.count + 1))
      customerKeys[key] = id
      var customer = Customer(key: key, id: id)
      customer.email = "\(id)@mail.example"
      customer.firstName = id
      states[id] = CustomerState(customer: customer)
    }
    return Actor(script: self, id: id)
  }

  /// What intake does in one transaction: the event, the state it changes, the enrollments that follow.
  func receive(
    _ effect: EventEffect, name: EventName, at time: Instant, id messageID: String, from id: String
  ) {
    receive(Event(messageID: messageID, name: name, at: time, receivedAt: now), effect, from: id)
  }

  func receive(_ event: Event, _ effect: EventEffect = .none, from id: String) {
    guard let state = states[id] else { return }
    var change = CustomerChange(state: state, now: now)
    change.apply(IncomingEvent(customerID: id, event: event, effect: effect), rules)
    states[id] = change.state
    events[id, default: []].append(event)
    apply(change.plans(rules), to: id)
  }

  private var rules: PlanningRules {
    PlanningRules(program: program, catalog: catalog, enabledAt: enabledAt)
  }

  func change(_ id: String, _ change: (inout Customer) -> Void) {
    _ = customer(id)
    if var state = states[id] {
      change(&state.customer)
      wakeWaiting(&state, id)
      states[id] = state
    }
    for trigger in program.triggers(affectedBy: [.customer]) { replan(trigger, for: id) }
  }

  /// What waits for an address is asked again; of what has changed nobody looks.
  private func wakeWaiting(_ state: inout CustomerState, _ id: String) {
    for index in state.enrollments.indices {
      let enrollment = state.enrollments[index]
      guard let dueAt = enrollment.nextDueAt, dueAt > now,
        decisions.last(where: { $0.decision.enrollment == enrollment.key })?.decision.gate == .noAddress
      else { continue }
      state.enrollments[index].nextDueAt = now
    }
  }

  // MARK: Configuration

  /// A reload: the trigger's file has changed, or is new.
  func reload(_ trigger: Trigger) {
    program.triggers[trigger.id] = trigger
    program.addTemplates(of: [trigger])
    enabledAt[trigger.id] = enabledAt[trigger.id] ?? now
    let read = rules.events
    for (id, all) in events {
      states[id]?.events = all.filter { read.contains($0.name) }
        .sorted { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
    }
    for id in states.keys.sorted() { replan(trigger, for: id, asksAgain: true) }
  }

  func replan(_ trigger: Trigger, for id: String, asksAgain: Bool = false) {
    guard let state = states[id] else { return }
    let changes = Planner.replan(
      trigger: trigger, state: state, catalog: catalog, program: program,
      enabledAt: enabledAt[trigger.id] ?? now,
      now: now, asksAgain: asksAgain)
    apply(changes, to: id)
  }

  private func apply(_ changes: [EnrollmentChange], to id: String) {
    for change in changes {
      if case .enroll(var enrollment) = change {
        enrollment.key = nextKey
        nextKey += 1
        states[id]?.enrollments.append(enrollment)
      }
      for index in states[id]?.enrollments.indices ?? 0..<0 { states[id]?.enrollments[index].apply(change) }
    }
  }

  var expect: Expectation { Expectation(script: self) }
}
