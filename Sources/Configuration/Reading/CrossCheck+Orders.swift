internal import Decisioning
internal import Domain

/// What only means something for some kinds of triggers.
extension CrossCheck {
  mutating func ends(with ending: Located<CartEnding>?, _ when: When) {
    guard let ending else { return }
    if case .cartIdle = when { return }
    diagnostics.append(
      ending.diagnostic("'ends_with' says which order ends the recovery of a cart", hint: "remove it"))
  }

  mutating func same(_ exit: UnlessFile, _ when: When) {
    guard let same = exit.same, same.value == .order else { return }
    if !when.isAboutOrders {
      diagnostics.append(
        same.diagnostic(
          "'same: order' needs a trigger about an order", hint: "remove it, or write same: customer"))
    } else if exit.event.value == EventName.orderCompleted.rawValue {
      diagnostics.append(
        same.diagnostic(
          "an order is completed once, so this never skips the step", hint: "remove same: order"))
    }
  }
}

extension When {
  /// Whether its enrollments are about orders of the customer.
  fileprivate var isAboutOrders: Bool {
    switch self {
    case .event(let rule):
      rule.name == .orderCompleted || rule.name == .orderCancelled || rule.name == .orderRefunded
    case .runsOut, .lapsed: true
    case .cartIdle, .anniversary: false
    }
  }
}
