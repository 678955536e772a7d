import Domain

/// `{runs_out: {cycle: product, lead: 5d}}`: fires some days before what a customer bought is used up.
///
/// For each sku the last standing order that has it counts. Products whose firings lie close together share
/// one plan; its occurrence is the earliest product with its order, `SKU:ORDER`. A product that an enrollment
/// of this trigger has already spoken of is not planned again until it is bought again.
enum RunsOutPlanner {
  /// Products of one enrollment; further ones are left out, and the message about the others stands for them.
  static let maximumProducts = 200

  static func plan(_ rule: RunsOutRule, in context: PlanningContext) -> [Plan] {
    let purchases = Purchases(of: context.state.orders)
    let covered = Covered(by: context.enrollments, within: rule.combine)
    var firings: [Firing] = []
    for purchase in purchases.last {
      guard !covered.names(purchase),
        let lasting = rule.cycle.duration(of: purchase, context.catalog)
      else { continue }
      let runsOutAt = purchase.placedAt + lasting
      // A lead as long as the product lasts would ask for a new order in the hour of the old one.
      let firesAt = lasting > rule.lead ? runsOutAt - rule.lead : runsOutAt
      guard context.takes(firesAt), !covered.leavesOut(purchase, firesAt) else { continue }
      firings.append(
        Firing(
          firesAt: firesAt,
          product: SubjectProduct(sku: purchase.sku, orderID: purchase.orderID, runsOutAt: runsOutAt)))
    }
    return combined(firings, within: rule.combine)
  }

  private struct Firing {
    var firesAt: Instant
    var product: SubjectProduct
  }

  /// The earliest firing gathers all those within `window` of it; what is left starts anew.
  private static func combined(_ firings: [Firing], within window: Duration) -> [Plan] {
    let sorted = firings.sorted {
      ($0.firesAt, $0.product.runsOutAt, ExactText($0.product.sku))
        < ($1.firesAt, $1.product.runsOutAt, ExactText($1.product.sku))
    }
    var plans: [Plan] = []
    var next = sorted.startIndex
    while next < sorted.endIndex {
      let first = sorted[next]
      let end = sorted[next...].firstIndex { $0.firesAt > first.firesAt + window } ?? sorted.endIndex
      let products = sorted[next..<min(end, next + maximumProducts)].map(\.product)
        .sorted { ($0.runsOutAt, ExactText($0.sku)) < ($1.runsOutAt, ExactText($1.sku)) }
      plans.append(
        Plan(
          occurrence: "\(first.product.sku):\(first.product.orderID)", firesAt: first.firesAt,
          subject: .products(products)))
      next = end
    }
    return plans
  }

  /// What the enrollments that have begun have spoken of.
  private struct Covered {
    private var orders: [ExactText: Set<ExactText>] = [:]
    /// Those that name as many products as one may: the firings they gathered, and when they began.
    private var full: [(gathered: ClosedRange<Instant>, beganAt: Instant)] = []

    init(by enrollments: some Sequence<Enrollment>, within window: Duration) {
      for enrollment in enrollments {
        guard let beganAt = enrollment.beganAt, case .products(let products) = enrollment.subject else {
          continue
        }
        for product in products { orders[product.sku, default: []].insert(product.orderID) }
        if products.count >= RunsOutPlanner.maximumProducts {
          full.append((enrollment.firesAt...(enrollment.firesAt + window), beganAt))
        }
      }
    }

    func names(_ purchase: Purchase) -> Bool {
      orders[purchase.sku]?.contains(purchase.orderID) ?? false
    }

    /// Whether there was no room for it beside others.
    func leavesOut(_ purchase: Purchase, _ firesAt: Instant) -> Bool {
      full.contains { $0.gathered.contains(firesAt) && purchase.placedAt <= $0.beganAt }
    }
  }
}
