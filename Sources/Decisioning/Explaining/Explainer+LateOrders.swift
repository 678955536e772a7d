import Domain

extension Explainer {
  /// Orders placed before a message but known only after it, which would have stopped it.
  static func lateOrders(
    _ enrollment: Enrollment, _ decisions: [StoredDecision], _ trigger: Trigger, _ state: CustomerState,
    _ program: Program
  ) -> [LateOrder] {
    decisions.filter { $0.verdict == .send && !isTakenBack($0, decisions) }.flatMap { decision in
      state.orders.compactMap { order -> LateOrder? in
        guard order.stands, let placedAt = order.placedAt, placedAt <= decision.at,
          order.receivedAt > decision.at,
          wouldHaveStopped(order, decision, enrollment, trigger, state, program)
        else { return nil }
        return LateOrder(
          orderID: order.id, placedAt: placedAt, knownAt: order.receivedAt, step: decision.step,
          messageAt: decision.at)
      }
    }
  }

  /// Whether the message was still in the outbox when its reason was found to be gone.
  private static func isTakenBack(_ decision: StoredDecision, _ decisions: [StoredDecision]) -> Bool {
    decisions.contains { $0.step == decision.step && $0.verdict == .skip && $0.at >= decision.at }
  }

  private static func wouldHaveStopped(
    _ order: Order, _ decision: StoredDecision, _ enrollment: Enrollment, _ trigger: Trigger,
    _ state: CustomerState, _ program: Program
  ) -> Bool {
    let then = state.asKnown(at: decision.at)
    if let step = trigger.steps.first(where: { $0.id == decision.step }),
      step.unless.contains(where: { $0.event == .orderCompleted }),
      !Facts(enrollment: enrollment, state: then).isPointlessAfterOrders(program),
      Facts(enrollment: enrollment, state: then.adding(order)).isPointlessAfterOrders(program)
    {
      return true
    }
    guard trigger.endReason(of: enrollment, state: then) == nil else { return false }
    return trigger.endReason(of: enrollment, state: then.adding(order)) != nil
  }
}

extension CustomerState {
  /// The orders known at a time, and the carts at that time.
  fileprivate func asKnown(at time: Instant) -> CustomerState {
    var then = self
    then.orders = orders.filter { $0.receivedAt <= time }
    then.carts = carts.map { cart in
      Cart(
        id: cart.id, base: cart.base, folded: cart.folded,
        changes: cart.changes.filter { change in
          if case .ordered(let id) = change.kind {
            return then.orders.contains { $0.id.hasSameBytes(as: id) }
          }
          return change.at <= time
        }, url: cart.url)
    }
    return then
  }

  fileprivate func adding(_ order: Order) -> CustomerState {
    var state = self
    let position = state.orders.firstIndex { other in
      guard let placedAt = other.placedAt else { return true }
      return (order.placedAt ?? .distantFuture, order.id) < (placedAt, other.id)
    }
    state.orders.insert(order, at: position ?? state.orders.endIndex)
    return state
  }
}
