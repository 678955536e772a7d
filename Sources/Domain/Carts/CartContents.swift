/// The contents of a cart, and since when.
package struct CartContents: Equatable, Sendable {
  /// In the order the products were added, at most `Cart.maximumItems` and `Cart.maximumBytes`; quantities
  /// are at least 1.
  package var items: [CartItem]
  /// When the cart last became non-empty, which identifies this filling of the cart. `nil` if empty.
  package var beganAt: Instant?
  /// The time of the last change of any kind.
  package var changedAt: Instant?
  /// When it was last emptied by the customer or by an order; `nil` if never.
  package var clearedAt: Instant?
  /// The order that emptied it; `nil` if the customer did.
  package var clearedBy: String?

  package init(
    items: [CartItem] = [], beganAt: Instant? = nil, changedAt: Instant? = nil, clearedAt: Instant? = nil,
    clearedBy: String? = nil
  ) {
    self.items = items
    self.beganAt = beganAt
    self.changedAt = changedAt
    self.clearedAt = clearedAt
    self.clearedBy = clearedBy
  }

  /// Applies a change later than all before it.
  mutating func apply(_ change: CartChange) {
    switch change.kind {
    case .add(let line): add(line, at: change.at)
    case .remove(let sku, let quantity): remove(sku, quantity, at: change.at)
    case .replace(let lines): replace(lines, at: change.at)
    case .clear: items = []
    case .ordered(let orderID):
      items = []
      clearedBy = orderID
    case .touch: break
    }
    if items.isEmpty {
      if change.kind.clears { clearedAt = change.at } else if beganAt != nil { clearedAt = change.at }
      if case .ordered = change.kind {} else { clearedBy = nil }
      beganAt = nil
    } else if beganAt == nil {
      beganAt = change.at
      clearedBy = nil
    }
    changedAt = change.at
  }

  /// Applies a change that arrived too late to be inserted: a clearing one removes what was last changed
  /// before it, any other does nothing.
  mutating func clear(by change: CartChange) {
    guard change.kind.clears, !items.isEmpty else { return }
    items.removeAll { $0.changedAt <= change.at }
    if let first = items.lazy.map(\.changedAt).min() {
      beganAt = max(beganAt ?? first, min(first, change.at))
    } else {
      beganAt = nil
      clearedAt = change.at
      if case .ordered(let orderID) = change.kind { clearedBy = orderID }
    }
  }

  private mutating func add(_ line: OrderLine, at: Instant) {
    guard let position = items.firstIndex(where: { $0.line.sku.hasSameBytes(as: line.sku) }) else {
      if items.count < Cart.maximumItems,
        items.reduce(line.cost, { $0 + $1.line.cost }) <= Cart.maximumBytes
      {
        items.append(CartItem(line: line, changedAt: at))
      }
      return
    }
    // Single additions may add up to more pieces than one line can have.
    let (sum, overflows) = items[position].line.quantity.addingReportingOverflow(line.quantity)
    items[position].line.quantity = overflows ? .max : sum
    if let price = line.price {
      items[position].line.price = price
      items[position].line.currency = line.currency
    }
    items[position].changedAt = at
  }

  private mutating func remove(_ sku: String, _ quantity: Int?, at: Instant) {
    guard let position = items.firstIndex(where: { $0.line.sku.hasSameBytes(as: sku) }) else { return }
    let left = items[position].line.quantity - (quantity ?? items[position].line.quantity)
    if left <= 0 {
      items.remove(at: position)
    } else {
      items[position].line.quantity = left
      items[position].changedAt = at
    }
  }

  private mutating func replace(_ lines: [OrderLine], at: Instant) {
    let before = items
    // A linear search beats hashing here.
    var places: [ExactText: Int] = [:]
    if lines.count > 16, before.count > 16 {
      for (place, item) in before.enumerated() { places[ExactText(item.line.sku)] = place }
    }
    items = lines.prefix(Cart.maximumItems).map { line in
      let place =
        places.isEmpty
        ? before.firstIndex { $0.line.sku.hasSameBytes(as: line.sku) } : places[ExactText(line.sku)]
      let known = place.flatMap { before[$0].line.quantity == line.quantity ? before[$0].changedAt : nil }
      return CartItem(line: line, changedAt: known ?? at)
    }
  }
}

package struct CartItem: Equatable, Sendable {
  package var line: OrderLine
  /// When this product's quantity last changed.
  package var changedAt: Instant

  package init(line: OrderLine, changedAt: Instant) {
    self.line = line
    self.changedAt = changedAt
  }
}

extension CartContents {
  /// Adds the products of other contents that this cart does not have, and that were not removed with the last
  /// emptying.
  mutating func join(_ other: CartContents) {
    let emptied = max(clearedAt ?? .distantPast, other.clearedAt ?? .distantPast)
    let new = other.items.filter { item in
      item.changedAt > emptied && !items.contains { $0.line.sku.hasSameBytes(as: item.line.sku) }
    }
    items.removeAll { $0.changedAt <= emptied && $0.changedAt <= other.clearedAt ?? .distantPast }
    var bytes = items.reduce(0) { $0 + $1.line.cost }
    for item in new where items.count < Cart.maximumItems {
      bytes += item.line.cost
      if bytes > Cart.maximumBytes { break }
      items.append(item)
    }
    if let otherCleared = other.clearedAt, otherCleared > clearedAt ?? .distantPast {
      (clearedAt, clearedBy) = (otherCleared, other.clearedBy)
    }
    beganAt = items.isEmpty ? nil : [beganAt, other.beganAt].compactMap(\.self).min() ?? changedAt
    changedAt = [changedAt, other.changedAt].compactMap(\.self).max()
  }
}
