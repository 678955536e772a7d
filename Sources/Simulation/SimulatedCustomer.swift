import Decisioning
package import Domain

/// A simulated customer: what a store would keep, as compact as later decisions allow.
package struct SimulatedCustomer: Sendable {
  package internal(set) var state: CustomerState
  /// All stored events, including those that the current rules do not read; sorted by time, then id.
  var events: [Event]
  /// Every message ever decided.
  package internal(set) var messages: [PastMessage]
  /// Messages that have not ended.
  var outbox: [SimulatedMessage] = []
  /// What each enrollment waits for, by key.
  var waits: [Int64: Waits] = [:]
  var nextKey: Int64
  /// Events in the history of messages, for segments that count them.
  var marks: [(trigger: TriggerID, mark: MessageMark, at: Instant)] = []
  /// Whether nothing has ever been known about the customer.
  var isNew = false
  /// The messages of other systems that have been counted.
  var toldElsewhere: Set<LedgerKey> = []

  /// What a store finds in its recorded decisions.
  struct Waits: Sendable {
    /// Steps that have waited for an address.
    var forAddress: Set<StepID> = []
    /// The last decision of each step, if it was a deferral.
    var last: [StepID: Deferral] = [:]
    /// The opening that the last deferral by quiet hours waits for.
    var untilOpening: Instant?

    struct Deferral {
      var gate: Gate?
      var until: Instant?
    }
  }

  /// - Parameters:
  ///   - state: without events; those are taken from `events`.
  ///   - events: in any order.
  ///   - messages: those that have ended.
  package init(_ state: CustomerState, events: [Event] = [], messages: [PastMessage] = []) {
    self.state = state
    self.events = events.sorted { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
    self.messages = messages
    nextKey = (state.enrollments.map(\.key).max() ?? 0) + 1
  }

  package var id: String { state.customer.id }

  /// When something next falls due; `nil` if nothing does.
  func nextDueAt(_ shop: SimulatedShop) -> Instant? {
    var next: Instant?
    for enrollment in state.enrollments {
      if let due = enrollment.nextDueAt { next = min(next ?? due, due) }
    }
    if let change = nextMembershipChange { next = min(next ?? change, change) }
    guard shop.isSending else { return next }
    for waiting in outbox {
      let due = dueAt(waiting.message, shop)
      next = min(next ?? due, due)
    }
    return next
  }

  /// When a message next needs attention, even if only to end it.
  private func dueAt(_ message: NewMessage, _ shop: SimulatedShop) -> Instant {
    if Clearance.Ending.stranded(on: message.channel, shop.program) != nil { return .distantPast }
    return min(message.dueAt, message.expiresAt)
  }

  // MARK: - Events

  /// Applies a batch of events, as intake does in one transaction.
  ///
  /// - Returns: what has changed.
  mutating func take(_ batch: [IncomingEvent], _ shop: SimulatedShop, now: Instant) -> CustomerChange {
    var change = CustomerChange(state: state, now: now)
    for incoming in batch {
      change.apply(incoming, shop.rules)
      let event = incoming.event
      events.insert(
        event, at: events.partitionIndex { (event.at, event.messageID) < ($0.at, $0.messageID) })
    }
    change.evaluate(shop.rules, isNew: isNew)
    isNew = false
    state = change.state
    return change
  }

  /// Loads the events that the current rules read.
  mutating func readEvents(_ rules: PlanningRules) {
    state.events = rules.events.isEmpty ? [] : events.filter { rules.events.contains($0.name) }
  }

  // MARK: - Plans

  mutating func apply(_ changes: [EnrollmentChange]) {
    for change in changes {
      switch change {
      case .enroll(let enrollment): add(enrollment)
      case .move(let key, _, _, _), .end(let key, _):
        guard let index = state.enrollments.firstIndex(where: { $0.key == key }) else { continue }
        state.enrollments[index].apply(change)
      }
    }
  }

  /// - Returns: the key that it gets.
  @discardableResult
  mutating func add(_ new: Enrollment) -> Int64 {
    var enrollment = new
    enrollment.key = nextKey
    nextKey += 1
    state.enrollments.append(enrollment)
    return enrollment.key
  }

  mutating func replan(_ id: TriggerID, _ shop: SimulatedShop, now: Instant, asksAgain: Bool = false) {
    guard let rule = shop.rules.rules.first(where: { $0.trigger.id == id }) else { return }
    apply(shop.rules.replan(rule, for: state, now: now, asksAgain: asksAgain))
  }

  func enrollment(_ key: Int64) -> Enrollment? { state.enrollments.first { $0.key == key } }

  mutating func replace(_ enrollment: Enrollment) {
    guard let index = state.enrollments.firstIndex(where: { $0.key == enrollment.key }) else { return }
    state.enrollments[index] = enrollment
  }

  // MARK: - Facts

  /// The facts for deciding about these enrollments.
  func facts(
    of enrollments: [Enrollment], _ shop: SimulatedShop, suppressed: [ChannelName: SuppressionReason],
    now: Instant
  ) -> [Facts] {
    guard let first = enrollments.first else { return [] }
    // All enrollments share the state.
    let common = Facts(
      enrollment: first, state: state, catalog: shop.catalog, suppressed: suppressed,
      capEntries: capEntries(shop.program, now: now),
      eventsSince: enrollments.contains { shop.program.triggers[$0.trigger]?.asksForEvents ?? false }
        ? pastEvents(shop.rules) : [])
    return enrollments.map { enrollment in
      var facts = common
      facts.enrollment = enrollment
      facts.paused = shop.paused.contains(enrollment.trigger)
      facts.messages = stepMessages(of: enrollment, shop.program)
      return facts
    }
  }

  func pastEvents(_ rules: PlanningRules) -> [PastEvent] {
    rules.exits.isEmpty ? [] : events.filter { rules.exits.contains($0.name) }.map { PastEvent($0) }
  }

  /// Messages that count against the program's caps, as far back as the longest one reaches.
  func capEntries(_ program: Program, now: Instant) -> [CapEntry] {
    guard let reach = program.limits.capReach else { return [] }
    return messages.filter { $0.counts && $0.decidedAt >= now - reach }
      .map { CapEntry(channel: $0.channel, at: $0.decidedAt) }
  }

  /// The state of the messages of earlier steps, if another step may follow.
  func stepMessages(of enrollment: Enrollment, _ program: Program) -> [StepMessage] {
    guard program.asksForStepMessages(of: enrollment) else { return [] }
    return messages.compactMap { past in
      guard past.enrollment == enrollment.key else { return nil }
      switch past.fate {
      case .handedOver(let at): return StepMessage(step: past.step, progress: .handedOver(at: at))
      case .underWay:
        guard let open = outbox.first(where: { $0.isMessage(of: past) }) else { return nil }
        return StepMessage(
          step: past.step, progress: .underWay(from: open.message.dueAt, until: open.message.expiresAt))
      case .reachedNobody, .givenUp: return nil
      }
    }
  }
}

extension SimulatedMessage {
  /// Whether this is the open message that `past` records; a step has at most one.
  func isMessage(of past: PastMessage) -> Bool {
    past.fate == .underWay && past.enrollment == message.enrollment && past.step == message.step
  }
}
