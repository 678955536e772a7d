package struct CartChange: Equatable, Sendable {
  /// The message id of its event, which identifies it.
  package var id: String
  package var at: Instant
  package var kind: Kind

  package enum Kind: Equatable, Sendable {
    case add(OrderLine)
    /// With a `nil` quantity, removes the product completely.
    case remove(sku: String, quantity: Int?)
    /// Replaces the whole cart: products not listed are removed.
    case replace([OrderLine])
    case clear
    /// Emptied by an order.
    case ordered(orderID: String)
    /// A view or checkout without a change: restarts the idle clock.
    case touch

    /// The position among changes of the same instant.
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

    /// Whether changes before this one no longer affect the contents.
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

  /// The order in which changes apply: by time, then filling before emptying, then by the bytes of the id.
  ///
  /// Libraries send simultaneous changes with one time. Ties never depend on arrival, and an item added and
  /// removed at once does not stay in the cart.
  package func precedes(_ other: CartChange) -> Bool { place.precedes(other.place) }

  package var place: Place { Place(at: at, rank: kind.rank, id: id) }

  /// A position in the order of `precedes`.
  package struct Place: Equatable, Sendable {
    package var at: Instant
    package var rank: Int
    package var id: String

    package init(at: Instant, rank: Int, id: String) {
      self.at = at
      self.rank = rank
      self.id = id
    }

    package func precedes(_ other: Place) -> Bool {
      if at != other.at { return at < other.at }
      if rank != other.rank { return rank < other.rank }
      return id.utf8.lexicographicallyPrecedes(other.id.utf8)
    }
  }

  /// How many lines count against the maximum.
  var lineCount: Int {
    if case .replace(let lines) = kind { max(1, lines.count) } else { 1 }
  }

  /// The approximate size in bytes.
  var cost: Int {
    let lines =
      switch kind {
      case .add(let line): line.cost
      case .replace(let lines): lines.reduce(0) { $0 + $1.cost }
      case .remove(let text, _), .ordered(let text): text.utf8.count
      case .clear, .touch: 0
      }
    return lines + id.utf8.count + 32
  }

  /// The change cut to the maximum lines and bytes of a cart.
  var limited: CartChange {
    guard case .replace(let lines) = kind else { return self }
    var room = Cart.maximumBytes
    let kept = lines.prefix(Cart.maximumItems).prefix { line in
      room -= line.cost
      return room >= 0
    }
    if kept.count == lines.count { return self }
    return CartChange(id: id, at: at, kind: .replace(Array(kept)))
  }
}

extension OrderLine {
  /// The approximate size in bytes.
  var cost: Int { 32 + sku.utf8.count + (name?.utf8.count ?? 0) }
}
