package import Domain
package import Templates

/// `{event: NAME, where: ..., only: first | every}`: fires at the event's own time.
///
/// Order events are read from the orders, so that one which was cancelled or fully refunded fires nothing.
/// With `first` the occurrence is `first`, once and for all: an older event that arrives later moves an
/// enrollment that has not begun, and changes nothing once a step was decided. When the order of a begun
/// enrollment is cancelled, the next order is the first, with its own occurrence `first:ORDER` and all steps.
/// With `every` the occurrence is the order's or the event's id.
package struct EventRule: TriggerKind {
  package var name: EventName
  /// Over the event (`event.*`), its order (`order.*`) and the customer; `nil` for every event of the name.
  package var condition: Condition?
  package var only: Frequency

  package enum Frequency: String, Sendable, CaseIterable {
    /// The first by event time, once per customer.
    case first
    case every
  }

  package init(name: EventName, condition: Condition? = nil, only: Frequency) {
    self.name = name
    self.condition = condition
    self.only = only
  }

  /// Whether it is read from the orders instead of the list of events.
  var readsOrders: Bool { Self.ofOrders.contains(name) }

  static let ofOrders: [EventName] = [.orderCompleted, .orderCancelled, .orderRefunded]

  // MARK: In a file

  package static let form = TriggerForm(
    .event("event", example: "order_completed", "The name of an event, such as order_completed."),
    .condition(
      "where", example: "order.total >= 100", "A Liquid condition over event, order and customer."),
    .word(
      "only", default: "every", "The first such event of a customer, by its own time, or every one.")
  ) { EventRule(name: $0, condition: $1, only: $2) }

  package static let occasion = Occasion.moment("an event")
  package static let expiryNote = "3d for events"
  /// An event of the shop's own may name an order.
  package var isAboutOrders: Bool { true }

  package func planningParts(of trigger: Trigger) -> [String] {
    ["event", name.rawValue, only.rawValue, condition?.text ?? ""]
  }

  // MARK: Planning

  package var reads: StateParts {
    var parts = readsOrders ? StateParts(.orders) : StateParts(eventNames: [name])
    // A condition may use any field of the customer, including totals over all orders.
    if condition != nil { parts.formUnion([.customer, .orders]) }
    return parts
  }

  package func mayConcern(_ state: CustomerState) -> Bool {
    readsOrders ? !state.orders.isEmpty : !state.events.isEmpty
  }

  package var recurs: Bool { false }

  package func plans(in context: PlanningContext) -> [Plan] {
    var moments = moments(in: context)
    switch only {
    case .every: break
    case .first:
      // Only here: the closure copies what it captures.
      if moments.count > 1 {
        moments.sort {
          $0.at == $1.at ? $0.id(in: context) < $1.id(in: context) : $0.at < $1.at
        }
      }
    }
    let firsts = only == .every ? context.enrollments.filter(\.isForFirst) : []
    var plans: [Plan] = []
    for moment in moments {
      let subject = moment.subject(in: context)
      guard context.holds(condition, about: subject) else { continue }
      switch only {
      case .every:
        // A moment for which `only: first` has fired keeps that occurrence, or it would fire twice.
        let named = firsts.first { $0.subject == subject }?.occurrence
        if let plan = context.moment(
          named ?? moment.id(in: context), firesAt: moment.at, subject, receivedAt: moment.receivedAt)
        {
          plans.append(plan)
        }
      case .first:
        // There may be an earlier one that is not loaded.
        guard isFirst(moment, subject, in: context) else { return [] }
        return context.moment(
          firstOccurrence(of: moment, in: context), firesAt: moment.at, subject,
          receivedAt: moment.receivedAt
        ).map { [$0] } ?? []
      }
    }
    return plans
  }

  /// One event with the rule's name, referring to its order or event by index: for most moments nothing else is
  /// needed.
  struct Moment {
    enum Source {
      case order(Int)
      case event(Int)
    }

    var at: Instant
    var receivedAt: Instant
    var source: Source

    func id(in context: PlanningContext) -> String {
      switch source {
      case .order(let index): context.state.orders[index].id
      case .event(let index): context.state.events[index].messageID
      }
    }

    func subject(in context: PlanningContext) -> Subject {
      switch source {
      case .order(let index): .order(id: context.state.orders[index].id)
      case .event(let index): .event(messageID: context.state.events[index].messageID)
      }
    }
  }

  func moments(in context: PlanningContext) -> [Moment] {
    var moments: [Moment] = []
    guard readsOrders else {
      let events = context.state.events.span
      for index in events.indices where events[index].name == name {
        moments.append(
          Moment(at: events[index].at, receivedAt: events[index].receivedAt, source: .event(index)))
      }
      return moments
    }
    // A span lends its elements; an order from the array would be copied, with its texts and lines.
    let orders = context.state.orders.span
    for index in orders.indices {
      guard let at = time(in: orders[index]) else { continue }
      // The arrival time of cancellations and refunds is not stored: only their own time counts.
      let receivedAt = name == .orderCompleted ? orders[index].receivedAt : .distantFuture
      moments.append(Moment(at: at, receivedAt: receivedAt, source: .order(index)))
    }
    return moments
  }

  /// When the event happened to the order; `nil` if it did not, or no longer counts.
  func time(in order: Order) -> Instant? {
    switch name {
    case .orderCompleted: order.stands ? order.placedAt : nil
    // Without the order itself, a message could say nothing about it.
    case .orderCancelled: order.placedAt == nil ? nil : order.cancelledAt
    case .orderRefunded: order.placedAt == nil ? nil : order.refundedAt
    default: nil
    }
  }

  private func firstOccurrence(of moment: Moment, in context: PlanningContext) -> String {
    var hasBegun = false
    for enrollment in context.enrollments where enrollment.beganAt != nil {
      let lost = context.trigger.endReason(of: enrollment, state: context.state)
      if lost == nil || isUnknown(enrollment.subject, in: context) { return enrollment.occurrence }
      hasBegun = true
    }
    let first = Enrollment.firstOccurrence
    return hasBegun ? "\(first):\(moment.id(in: context))" : first
  }

  /// Whether the subject comes from a message of another system and is unknown to this shop.
  private func isUnknown(_ subject: Subject, in context: PlanningContext) -> Bool {
    switch subject {
    case .customer: true
    case .order(let id): context.state.order(id) == nil
    default: false
    }
  }

  /// Whether no earlier moment can be missing, or the customer is already enrolled for this one.
  private func isFirst(_ moment: Moment, _ subject: Subject, in context: PlanningContext) -> Bool {
    let known: Instant
    if readsOrders {
      guard let book = context.state.orderBook else { return true }
      // The oldest orders were not necessarily the first to be cancelled.
      known = name == .orderCompleted ? book.first.last?.placedAt ?? .distantPast : .distantPast
    } else {
      guard let gap = context.state.eventGaps[name] else { return true }
      known = gap
    }
    return moment.at <= known || context.enrollments.contains { $0.subject == subject }
  }

  /// - Parameter told: the id of an order or event; not needed for a customer's first one.
  package func occasion(
    told: String?, sentAt: Instant, in context: PlanningContext
  ) -> (occurrence: String, subject: Subject)? {
    func subject(_ id: String) -> Subject { readsOrders ? .order(id: id) : .event(messageID: id) }
    guard only == .first else { return told.map { ($0, subject($0)) } }
    let first = Enrollment.firstOccurrence
    if let told, told.utf8.starts(with: "\(first):".utf8) {
      return (told, subject(String(told.utf8.dropFirst(first.utf8.count + 1)) ?? told))
    }
    let named = told.flatMap { $0.hasSameBytes(as: first) ? nil : $0 }
    let earliest = context.state.standingOrders.filter { ($0.placedAt ?? .distantFuture) <= sentAt }
      .min { ($0.placedAt ?? .distantFuture, $0.id) < ($1.placedAt ?? .distantFuture, $1.id) }
    let id = named ?? (readsOrders ? earliest?.id : nil)
    return (first, id.map(subject) ?? .customer)
  }

  // MARK: Deciding

  package func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason? {
    switch enrollment.subject {
    // A message about a cancellation remains valid although its order is cancelled.
    case .order(let id): state.order(id).flatMap { time(in: $0) } == nil ? .cancelled : nil
    case .event: nil
    default: .superseded
    }
  }

  /// The moment when the trigger fired. With `only: first`, if an earlier first event became known only after the
  /// trigger had fired for a later one, the time of that earlier event: the later one is then a second.
  package func reasonBegan(_ facts: Facts, trigger: Trigger, program: Program) -> Instant {
    let firesAt = facts.enrollment.firesAt
    guard only == .first, mayHaveHappened(before: firesAt, in: facts.state) else { return firesAt }
    let context = PlanningContext(
      trigger: trigger, state: facts.state, catalog: facts.catalog, program: program,
      enabledAt: .distantPast, now: firesAt)
    return moments(in: context).lazy
      .filter { $0.at < firesAt && context.holds(condition, about: $0.subject(in: context)) }
      .map(\.at).min() ?? firesAt
  }

  /// A cheap check to avoid creating a context: nearly always there is no such event.
  private func mayHaveHappened(before instant: Instant, in state: CustomerState) -> Bool {
    readsOrders
      ? state.orders.contains { time(in: $0).map { $0 < instant } ?? false }
      : state.events.contains { $0.name == name && $0.at < instant }
  }

  /// Longer than a weekend's outage; a welcome after that would seem odd.
  package var defaultExpiry: Duration { .days(3) }
  package func lastMoment(firedAt: Instant) -> Instant? { nil }
}
