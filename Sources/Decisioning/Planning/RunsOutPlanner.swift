import Domain

/// `{runs_out: {cycle: product, lead: 5d}}`: fires some days before what a customer bought is used up.
///
/// For each sku the last standing order that has it counts. Products whose firings lie close together share
/// one plan; its occurrence is the earliest product with its order, `SKU:ORDER`. A product that an enrollment
/// of this trigger has already spoken of is not planned again until it is bought again.
enum RunsOutPlanner {
  static func plan(_ rule: RunsOutRule, in context: PlanningContext) -> [Plan] {
    var firings: [Firing] = []
    for purchase in Purchases(of: context.state.orders).last {
      guard !isCovered(purchase, in: context),
        let lasting = rule.cycle.duration(of: purchase, in: context.state.orders, context.catalog)
      else { continue }
      let runsOutAt = purchase.placedAt + lasting
      // A lead as long as the product lasts would ask for a new order in the hour of the old one.
      let firesAt = lasting > rule.lead ? runsOutAt - rule.lead : runsOutAt
      let product = SubjectProduct(sku: purchase.sku, orderID: purchase.orderID, runsOutAt: runsOutAt)
      if let plan = context.moment(
        "\(product.sku):\(product.orderID)", firesAt: firesAt, .products([product]))
      {
        firings.append(Firing(plan: plan, product: product))
      }
    }
    return combined(firings, within: rule.combine)
  }

  private struct Firing {
    var plan: Plan
    var product: SubjectProduct
  }

  /// The earliest firing gathers all those within `window` of it; what is left starts anew.
  private static func combined(_ firings: [Firing], within window: Duration) -> [Plan] {
    var plans: [Plan] = []
    var products: [SubjectProduct] = []
    let sorted = firings.sorted {
      ($0.plan.firesAt, $0.product.runsOutAt, $0.product.sku)
        < ($1.plan.firesAt, $1.product.runsOutAt, $1.product.sku)
    }
    for firing in sorted {
      if let first = plans.last, firing.plan.firesAt <= first.firesAt + window {
        products.append(firing.product)
      } else {
        plans.append(firing.plan)
        products = [firing.product]
      }
      products.sort { ($0.runsOutAt, $0.sku) < ($1.runsOutAt, $1.sku) }
      plans[plans.count - 1].subject = .products(products)
    }
    return plans
  }

  private static func isCovered(_ purchase: Purchase, in context: PlanningContext) -> Bool {
    context.enrollments.contains { enrollment in
      guard enrollment.beganAt != nil, case .products(let products) = enrollment.subject else { return false }
      return products.contains { $0.sku == purchase.sku && $0.orderID.hasSameBytes(as: purchase.orderID) }
    }
  }
}

/// The last time a customer bought one sku.
struct Purchase: Equatable {
  var sku: String
  var orderID: String
  var placedAt: Instant
  /// Over all lines of the order with this sku; at least 1.
  var quantity: Int
}

/// What a customer bought, by sku, from the orders that stand.
struct Purchases {
  /// One a sku, in the order of the sku.
  let last: [Purchase]

  init(of orders: [Order]) {
    var found: [Purchase] = []
    // Looking through a few is quicker than hashing; a dictionary takes over when there are more.
    var places: [ExactText: Int] = [:]
    func place(of sku: String) -> Int? {
      found.count <= 16 ? found.firstIndex { $0.sku == sku } : places[sku]
    }
    // Oldest first, so that a later order overwrites; lines of the same order add up. By index: an order is copied
    // for nothing otherwise.
    for index in orders.indices where orders[index].stands {
      guard let placedAt = orders[index].placedAt else { continue }
      for line in orders[index].keptLines {
        let quantity = max(1, line.quantity)
        let purchase = Purchase(
          sku: line.sku, orderID: orders[index].id, placedAt: placedAt, quantity: quantity)
        guard let place = place(of: line.sku) else {
          found.append(purchase)
          if found.count == 17 {
            for (place, purchase) in found.enumerated() { places[purchase.sku] = place }
          } else if found.count > 17 {
            places[line.sku] = found.count - 1
          }
          continue
        }
        if found[place].orderID.hasSameBytes(as: orders[index].id) {
          found[place].quantity = found[place].quantity.addingReportingOverflow(quantity).partialValue
        } else {
          found[place] = purchase
        }
      }
    }
    last = found.sorted { $0.sku < $1.sku }
  }
}

extension RunsOutRule.Cycle {
  /// How long the purchase lasts; `nil` when nothing is known about it.
  ///
  /// A product's own days and a fixed cycle are for one piece and are multiplied by the quantity. A learned
  /// cycle is an interval between two orders: it holds already how much this customer, or customers in
  /// general, buy at a time, and is taken as it is.
  func duration(of purchase: Purchase, in orders: [Order], _ catalog: Catalog) -> Duration? {
    switch self {
    case .product:
      return catalog.products[purchase.sku]?.cycleDays.flatMap {
        Self.lasting(days: $0, quantity: purchase.quantity)
      }
    case .fixed(let piece):
      return Self.lasting(days: Double(piece.milliseconds) / 86_400_000, quantity: purchase.quantity)
    case .learned:
      return Self.ownInterval(of: purchase.sku, in: orders) ?? catalog.learnedCycles[purchase.sku]
        ?? RunsOutRule.Cycle.product.duration(of: purchase, in: orders, catalog)
    }
  }

  /// `nil` unless positive; a hundred years at most, so that no quantity leaves the range of time.
  private static func lasting(days: Double, quantity: Int) -> Duration? {
    let days = min(days * Double(max(1, quantity)), 36500)
    return days > 0 ? .milliseconds(Int64(days * 86_400_000)) : nil
  }

  /// The median time between two orders of the sku; `nil` with fewer than two.
  ///
  /// Orders less than a day apart are one purchase made in two goes and give no interval.
  static func ownInterval(of sku: String, in orders: [Order]) -> Duration? {
    let times = orders.lazy.filter { order in
      order.stands && order.keptLines.contains { $0.sku.hasSameBytes(as: sku) }
    }
    .compactMap { $0.placedAt?.milliseconds }.sorted()
    let intervals = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 >= 86_400_000 }.sorted()
    guard !intervals.isEmpty else { return nil }
    let middle = intervals.count / 2
    let median =
      intervals.count % 2 == 1 ? intervals[middle] : (intervals[middle - 1] + intervals[middle]) / 2
    return .milliseconds(median)
  }
}
