package import Domain

/// What messages, previews and explanations say about events.
extension EventRule {
  package var offers: [Root] { readsOrders ? [.order, .orderEvent] : [.event, .order] }

  package func value(of name: String, in scope: Scope) -> Value? {
    switch name {
    case Root.order.name: scope.order
    case Root.event.name: event(in: scope)
    default: nil
    }
  }

  private func event(in scope: Scope) -> Value? {
    switch scope.subject {
    case .event(let id):
      scope.state.events.first { $0.messageID.hasSameBytes(as: id) }.map {
        .object(
          EventObject.definition.record(
            EventObject.Source(name: $0.name, at: $0.at, properties: $0.properties), extra: $0.properties))
      }
    case .order(let id):
      scope.state.order(id).flatMap { time(in: $0) }.map {
        .object(
          OrderEventObject.definition.record(EventObject.Source(name: name, at: $0, properties: Record())))
      }
    default: nil
    }
  }

  package static let lacks: [Lack] = [.order, .event, .match]

  package func lack(in state: CustomerState) -> Lack? {
    let isKnown =
      readsOrders
      ? state.orders.contains { time(in: $0) != nil } : state.events.contains { $0.name == name }
    if isKnown { return condition == nil ? nil : .match }
    return name == .orderCompleted ? .order : .event
  }

  package func refusal(in context: PlanningContext) -> Refusal? {
    guard let condition, let newest = moments(in: context).max(by: { $0.at < $1.at }) else { return nil }
    let id = newest.id(in: context)
    return context.refusal(
      by: condition, of: readsOrders ? "order \(id)" : "event \(name), message id \(id)", at: newest.at,
      about: newest.subject(in: context))
  }

  package var ownEvent: EventName? { readsOrders ? nil : name }

  package static var samples: [KindSample] {
    let orders = ofOrders.map { "`\($0)`" }.joined(separator: ", ")
    return [
      KindSample(EventRule(name: .orderCompleted, only: .every), note: "with \(orders)"),
      KindSample(EventRule(name: "quiz_finished", only: .every), note: "with any other name"),
    ]
  }

  package func complete(_ state: inout CustomerState, now: Instant) {
    guard example(for: state, now: now) == nil else { return }
    let at = now - .hours(1)
    guard readsOrders else {
      var properties = Record()
      if let order = state.orders.last(where: { $0.placedAt != nil }) {
        properties[PastEvent.orderNames[0]] = .string(order.id)
      }
      state.events.append(
        Event(messageID: Sample.id, name: name, at: at, receivedAt: at, properties: properties))
      return
    }
    guard let index = state.orders.lastIndex(where: { $0.placedAt != nil }) else { return }
    if name == .orderCancelled { state.orders[index].cancelledAt = at }
    if name == .orderRefunded {
      state.orders[index].refundedAt = at
      state.orders[index].refunds = state.orders[index].total.minorUnits
    }
  }

  package func example(for state: CustomerState, now: Instant) -> Subject? {
    readsOrders
      ? state.orders.last { time(in: $0) != nil }.map { .order(id: $0.id) }
      : state.events.last { $0.name == name }.map { .event(messageID: $0.messageID) }
  }

  package var need: String { "a '\(name)' event" }
}
