package import Domain

/// The contents of a cart after everything the customer's orders say about it, for both planning and
/// messages.
package struct Filling: Equatable, Sendable {
  /// At least one, in the order they were added.
  package var items: [CartItem]
  package var beganAt: Instant
  package var changedAt: Instant

  /// Returns `nil` if nothing is left to recover.
  package init?(of cart: Cart, orders: [Order], _ ending: CartEnding) {
    // Replayed as changes of the cart, so that items added after the order start a new filling.
    var clearings: [CartChange] = []
    var others: [Order] = []
    for order in orders {
      guard let tookAt = order.tookFromCartAt else { continue }
      if order.empties(cart: cart.id) {
        // Includes orders pending payment or cancelled later: what they took out of the cart does not return,
        // however the order became known. Sorted after changes of the same millisecond: the order buys what
        // it finds.
        clearings.append(
          CartChange(id: "~order \(order.id)", at: tookAt, kind: .ordered(orderID: order.id)))
      } else if order.stands {
        others.append(order)
      }
    }
    let contents = cart.contents(with: clearings)
    guard let beganAt = contents.beganAt, let changedAt = contents.changedAt else { return nil }
    if ending == .anyOrder, others.contains(where: { ($0.placedAt ?? .distantPast) >= changedAt }) {
      return nil
    }
    var boughtAt: [ExactText: Instant] = [:]
    let first = contents.items.lazy.map(\.changedAt).min() ?? .distantFuture
    for order in others {
      guard let placedAt = order.placedAt, placedAt >= first else { continue }
      for line in order.keptLines { boughtAt[line.sku] = max(boughtAt[line.sku] ?? placedAt, placedAt) }
    }
    items = contents.items.filter { item in boughtAt[item.line.sku].map { $0 < item.changedAt } ?? true }
    if items.isEmpty { return nil }
    self.beganAt = beganAt
    self.changedAt = changedAt
  }

  /// `CART@MILLISECONDS`.
  static func occurrence(cart: String, beganAt: Instant) -> String { "\(cart)@\(beganAt.milliseconds)" }

  /// Whether an occurrence of the same cart began within this filling.
  func contains(occurrence: String) -> Bool {
    guard let mark = occurrence.utf8.lastIndex(of: UInt8(ascii: "@")),
      let milliseconds = Int64(occurrence[occurrence.utf8.index(after: mark)...])
    else { return false }
    return milliseconds >= beganAt.milliseconds
  }
}
