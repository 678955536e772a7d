package import Domain
package import Templates

/// A named group of customers, by what is known of them.
package struct Segment: Sendable {
  package var id: SegmentID
  package var who: Criterion
  /// A member leaves only after not matching for so long.
  package var stay: Duration
  /// SHA-256 of everything that decides who is in it; a change evaluates all customers again.
  package let hash: String

  package init(id: SegmentID, who: Criterion, stay: Duration = .zero) {
    self.id = id
    self.who = who
    self.stay = stay
    hash = SHA256.hash("\(who.text) stay \(stay.written)").description
  }
}

/// A condition on a customer, nested at will.
package indirect enum Criterion: Sendable {
  case all([Criterion])
  case any([Criterion])
  case not(Criterion)
  /// A Liquid condition over the customer; a missing value meets no comparison.
  case condition(Condition)
  /// Whether the customer has a value: `has customer.level`.
  case has(Condition)
  case events(TallyRule, CountBounds, TimeWindow)
  case orders(OrderFilter, CountBounds, TimeWindow)
  case segment(SegmentID, isMember: Bool)
}

/// Which standing orders count.
package struct OrderFilter: Sendable {
  /// Over `order`; `nil` for every order.
  package var condition: Condition?
  /// SKUs and categories, one of which the order must hold after returns; empty for any.
  package var products: [ExactText]

  package init(condition: Condition? = nil, products: [ExactText] = []) {
    self.condition = condition
    self.products = products
  }

  var text: String {
    let products = products.map { "\($0.text.utf8.count):\($0.text)" }.joined()
    return "orders [\(products)] where \(condition?.text ?? "")"
  }
}

extension Criterion {
  /// Distinguishes definitions, for their digest.
  var text: String {
    switch self {
    case .all(let parts): "all(\(parts.map(\.text).joined(separator: "; ")))"
    case .any(let parts): "any(\(parts.map(\.text).joined(separator: "; ")))"
    case .not(let part): "not(\(part.text))"
    case .condition(let condition): "(\(condition.text.utf8.count):\(condition.text))"
    case .has(let condition): "has(\(condition.text))"
    case .events(let tally, let bounds, let window): "\(tally.id.rawValue) \(bounds.text) \(window.text)"
    case .orders(let filter, let bounds, let window): "\(filter.text) \(bounds.text) \(window.text)"
    case .segment(let id, let isMember): "segment \(id) \(isMember)"
    }
  }

  /// Every condition in it that is not made of others.
  package var leaves: [Criterion] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.leaves)
    case .not(let part): part.leaves
    default: [self]
    }
  }

  /// The segments that it asks for.
  package var segments: [SegmentID] {
    leaves.compactMap { if case .segment(let id, _) = $0 { id } else { nil } }
  }

  /// What is counted for it.
  var tallies: [TallyRule] {
    leaves.compactMap { if case .events(let tally, _, _) = $0 { tally } else { nil } }
  }
}
