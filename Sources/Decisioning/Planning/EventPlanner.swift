import Domain

/// `{event: NAME, where: ..., only: first | every}`: fires at the event's own time.
///
/// For the events of an order the order itself is asked, so that one which was cancelled or wholly refunded
/// starts nothing. With `first` the occurrence is `first`, once for ever: an older event that arrives later
/// moves an enrollment that has not begun, and changes nothing once a step was decided. When the order of one that has
/// begun is cancelled, the next order is the first, with an occurrence of its own, `first:ORDER`, and all its steps.
/// With `every` the occurrence is the order's or the event's id.
enum EventPlanner {
  /// Whether events of this name are read from the orders rather than from the list of events.
  static func readsOrders(_ name: EventName) -> Bool {
    name == .orderCompleted || name == .orderCancelled || name == .orderRefunded
  }

  static func plan(_ rule: EventRule, in context: PlanningContext) -> [Plan] {
    var moments = Self.moments(of: rule.name, in: context)
    switch rule.only {
    case .every: break
    case .first:
      // Only here, for what a closure takes along is copied.
      if moments.count > 1 {
        moments.sort {
          $0.at == $1.at ? $0.id(in: context) < $1.id(in: context) : $0.at < $1.at
        }
      }
    }
    var plans: [Plan] = []
    for moment in moments {
      let subject = moment.subject(in: context)
      guard context.holds(rule.condition, about: subject) else { continue }
      switch rule.only {
      case .every:
        if let plan = context.moment(
          moment.id(in: context), firesAt: moment.at, subject, receivedAt: moment.receivedAt)
        {
          plans.append(plan)
        }
      case .first:
        // Among what is not loaded there may be an earlier one.
        guard isFirst(moment, subject, of: rule.name, in: context) else { return [] }
        return context.moment(
          firstOccurrence(of: moment, in: context), firesAt: moment.at, subject, receivedAt: moment.receivedAt
        ).map { [$0] } ?? []
      }
    }
    return plans
  }

  private static func firstOccurrence(of moment: Moment, in context: PlanningContext) -> String {
    var hasBegun = false
    for enrollment in context.enrollments where enrollment.beganAt != nil {
      let lost = Standing.endReason(of: enrollment, trigger: context.trigger, state: context.state)
      if lost == nil { return enrollment.occurrence }
      hasBegun = true
    }
    return hasBegun ? "first:\(moment.id(in: context))" : "first"
  }

  /// When what `only: first` asks for happened first, if that was before `firesAt` and became known when the enrollment
  /// had begun already; `nil` else.
  static func start(before firesAt: Instant, _ rule: EventRule, in context: PlanningContext) -> Instant? {
    guard rule.only == .first else { return nil }
    return moments(of: rule.name, in: context).lazy
      .filter { $0.at < firesAt && context.holds(rule.condition, about: $0.subject(in: context)) }
      .map(\.at).min()
  }

  /// Whether there is anything to ask `start` for, which takes a context: of nearly all there is not.
  static func mayStart(before firesAt: Instant, _ rule: EventRule, in state: CustomerState) -> Bool {
    guard rule.only == .first else { return false }
    return readsOrders(rule.name)
      ? state.orders.contains { time(of: rule.name, in: $0).map { $0 < firesAt } ?? false }
      : state.events.contains { $0.name == rule.name && $0.at < firesAt }
  }

  /// Whether no moment before this one can be missing, or the customer is enrolled for it already.
  private static func isFirst(
    _ moment: Moment, _ subject: Subject, of name: EventName, in context: PlanningContext
  ) -> Bool {
    let known: Instant
    if readsOrders(name) {
      guard let book = context.state.orderBook else { return true }
      // The oldest orders need not be the first that were cancelled.
      known = name == .orderCompleted ? book.first.last?.placedAt ?? .distantPast : .distantPast
    } else {
      guard let gap = context.state.eventGaps[name] else { return true }
      known = gap
    }
    return moment.at <= known
      || context.enrollments.contains { $0.subject == subject }
  }

  /// One event of the trigger's name. It names its order or event by position: of most moments nothing else is asked.
  private struct Moment {
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

  private static func moments(of name: EventName, in context: PlanningContext) -> [Moment] {
    var moments: [Moment] = []
    guard readsOrders(name) else {
      let events = context.state.events.span
      for index in events.indices where events[index].name == name {
        moments.append(
          Moment(at: events[index].at, receivedAt: events[index].receivedAt, source: .event(index)))
      }
      return moments
    }
    // A span lends its elements; an order taken out of the array would be copied, texts and lines included.
    let orders = context.state.orders.span
    for index in orders.indices {
      guard let at = time(of: name, in: orders[index]) else { continue }
      // When a cancellation or a refund came is not kept: its stamp alone counts.
      let receivedAt = name == .orderCompleted ? orders[index].receivedAt : .distantFuture
      moments.append(Moment(at: at, receivedAt: receivedAt, source: .order(index)))
    }
    return moments
  }

  /// When the order saw an event of this name; `nil` if it did not, or if the event counts for nothing any
  /// more.
  static func time(of name: EventName, in order: Order) -> Instant? {
    switch name {
    case .orderCompleted: order.stands ? order.placedAt : nil
    // Without the order itself a message could say nothing about it.
    case .orderCancelled: order.placedAt == nil ? nil : order.cancelledAt
    case .orderRefunded: order.placedAt == nil ? nil : order.refundedAt
    default: nil
    }
  }
}
