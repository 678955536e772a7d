/// A cart, kept as the changes that made it, so that the same changes in any order of arrival give the same cart.
package struct Cart: Equatable, Sendable {
  /// The shop's cart or checkout id; customers of shops without one have a single cart named `default`.
  package var id: String
  /// Ordered by `CartChange.precedes`; those before the last clearing are dropped by `compact()`.
  package private(set) var changes: [CartChange]
  /// Where the customer finds the cart again; `nil` if the shop never said.
  package var url: String?

  package init(id: String, changes: [CartChange] = [], url: String? = nil) {
    self.id = id
    self.changes = changes.sorted { $0.precedes($1) }
    self.url = url
  }

  /// Adds a change at its place in time. A change with an id already present is ignored.
  package mutating func insert(_ change: CartChange) {
    guard !changes.contains(where: { $0.id.hasSameBytes(as: change.id) }) else { return }
    let position = changes.firstIndex { change.precedes($0) } ?? changes.endIndex
    changes.insert(change, at: position)
  }

  /// Forgets changes that a clearing before `limit` has made void.
  package mutating func compact(before limit: Instant) {
    guard let last = changes.lastIndex(where: { $0.kind.clears && $0.at < limit }) else { return }
    changes.removeSubrange(..<last)
  }

  /// The cart as its changes leave it.
  package var contents: CartContents {
    var contents = CartContents(items: [], beganAt: nil, changedAt: nil, clearedAt: nil, clearedBy: nil)
    for change in changes { contents.apply(change) }
    return contents
  }
}

/// What stands in a cart, and since when.
package struct CartContents: Equatable, Sendable {
  /// In the order in which the products were put in; quantities are at least 1.
  package var items: [CartItem]
  /// When the cart last went from empty to not empty: what makes this filling of the cart unique. `nil` when empty.
  package var beganAt: Instant?
  /// The last change of any kind.
  package var changedAt: Instant?
  /// The last time it was emptied by the customer or by an order; `nil` if never.
  package var clearedAt: Instant?
  /// The order that emptied it; `nil` when the customer did.
  package var clearedBy: String?

  fileprivate mutating func apply(_ change: CartChange) {
    switch change.kind {
    case .add(let line):
      if let position = items.firstIndex(where: { $0.line.sku == line.sku }) {
        items[position].line.quantity += line.quantity
        items[position].line.price = line.price
        items[position].changedAt = change.at
      } else {
        items.append(CartItem(line: line, changedAt: change.at))
      }
    case .remove(let sku, let quantity):
      if let position = items.firstIndex(where: { $0.line.sku == sku }) {
        let left = items[position].line.quantity - (quantity ?? items[position].line.quantity)
        if left <= 0 {
          items.remove(at: position)
        } else {
          items[position].line.quantity = left
          items[position].changedAt = change.at
        }
      }
    case .replace(let lines):
      items = lines.map { line in
        let before = items.first { $0.line.sku == line.sku && $0.line.quantity == line.quantity }
        return CartItem(line: line, changedAt: before?.changedAt ?? change.at)
      }
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

/// One change of a cart.
package struct CartChange: Equatable, Sendable {
  /// The message id of the event that made it: what makes it unique.
  package var id: String
  package var at: Instant
  package var kind: Kind

  package enum Kind: Equatable, Sendable {
    case add(OrderLine)
    /// `quantity` `nil` takes the product out whatever its number.
    case remove(sku: String, quantity: Int?)
    /// The whole cart given: products not named are gone.
    case replace([OrderLine])
    case clear
    /// Emptied by an order.
    case ordered(orderID: String)
    /// Looked at or taken to the checkout without a change: restarts the idle clock.
    case touch

    /// The place among changes of the same instant.
    fileprivate var rank: Int {
      switch self {
      case .add: 0
      case .remove: 1
      case .replace: 2
      case .touch: 3
      case .clear: 4
      case .ordered: 5
      }
    }

    /// Whether nothing before this change matters to what stands in the cart.
    package var clears: Bool {
      switch self {
      case .clear, .ordered: true
      case .replace(let lines): lines.isEmpty
      default: false
      }
    }
  }

  package init(id: String, at: Instant, kind: Kind) {
    self.id = id
    self.at = at
    self.kind = kind
  }

  /// The order in which changes apply: by time, then what fills before what empties, then by the bytes of the id.
  ///
  /// Libraries send what happens in one go with one time. Ties never depend on arrival, and what was put in and taken
  /// out again is not left in the cart.
  package func precedes(_ other: CartChange) -> Bool {
    if at != other.at { return at < other.at }
    if kind.rank != other.kind.rank { return kind.rank < other.kind.rank }
    return id.utf8.lexicographicallyPrecedes(other.id.utf8)
  }
}
