package import Domain

/// `{runs_out: {cycle: product, lead: 5d}}`: fires some days before what a customer bought is used up.
///
/// For each SKU, the last standing order with it counts. Products whose firings are close together share a plan; its
/// occurrence is the earliest product with its order, `SKU:ORDER`. A product that an enrollment of this trigger has
/// already named is not planned again until it is bought again.
package struct RunsOutRule: TriggerKind {
  package var cycle: Cycle
  /// How long before running out the trigger fires.
  package var lead: Duration
  /// Products that run out within this time of each other share a message.
  package var combine: Duration

  package enum Cycle: Sendable, Equatable {
    /// The product's `cycle_days` times the quantity.
    case product
    /// This, times the quantity.
    case fixed(Duration)
    /// The customer's own median interval for the SKU, else the median over customers, else the product's.
    case learned
  }

  package init(cycle: Cycle, lead: Duration, combine: Duration) {
    self.cycle = cycle
    self.lead = lead
    self.combine = combine
  }

  // MARK: In a file

  package static let form = TriggerForm(
    FormField<RunsOutRule>.mapping(
      "runs_out", "A product that is about to be used up.",
      FormField<Cycle>(
        "cycle",
        .either(
          [.words(["product"]), .words(["learned"]), .duration(zeroAllowed: false, example: "3d")],
          expected: "product, learned or a duration such as 30d"), .required,
        "How long one piece lasts: the product's cycle_days, learned from the orders, or a fixed time."
      ) { Cycle($0) },
      .duration("lead", zeroAllowed: true, example: "5d", default: "5d", "So long before it runs out."),
      .duration(
        "combine", zeroAllowed: true, default: "3d",
        "Products that run out within this of each other share one message.")
    ) { RunsOutRule(cycle: $0, lead: $1, combine: $2) }
  ) { $0 }

  package static let occasion = Occasion.moment("a product")
  package static let expiryNote = "7d for runs_out"
  package var isAboutOrders: Bool { true }

  package func planningParts(of trigger: Trigger) -> [String] {
    ["runs_out", cycle.written, lead.written, combine.written]
  }

  // MARK: Planning

  package var reads: StateParts { [.orders, .products] }
  package var learnsCycles: Bool { cycle == .learned }
  package func mayConcern(_ state: CustomerState) -> Bool { !state.orders.isEmpty }
  package var recurs: Bool { false }

  /// Maximum products of one enrollment; any others count as covered by its message.
  static let maximumProducts = 200

  package func plans(in context: PlanningContext) -> [Plan] {
    let purchases = Purchases(of: context.state.orders)
    let covered = Covered(by: context.enrollments, within: combine)
    var firings: [Firing] = []
    for purchase in purchases.last {
      guard !covered.names(purchase), let lasting = cycle.duration(of: purchase, context.catalog) else {
        continue
      }
      let runsOutAt = purchase.placedAt + lasting
      // With a lead at least as long as the product lasts, the message would follow right after the order.
      let firesAt = lasting > lead ? runsOutAt - lead : runsOutAt
      guard context.takes(firesAt), !covered.leavesOut(purchase, firesAt) else { continue }
      firings.append(
        Firing(
          firesAt: firesAt,
          product: SubjectProduct(sku: purchase.sku, orderID: purchase.orderID, runsOutAt: runsOutAt)))
    }
    return combined(firings)
  }

  /// - Parameter told: `SKU:ORDER`, or a SKU, which means the last order with it before the message.
  package func occasion(
    told: String?, sentAt: Instant, in context: PlanningContext
  ) -> (occurrence: String, subject: Subject)? {
    guard let told else { return nil }
    let orders = context.state.standingOrders.filter { ($0.placedAt ?? .distantFuture) <= sentAt }
    func occasion(_ sku: String, _ order: String) -> (occurrence: String, subject: Subject) {
      ("\(sku):\(order)", .products([SubjectProduct(sku: sku, orderID: order, runsOutAt: sentAt)]))
    }
    let last = orders.filter { order in order.keptLines.contains { $0.sku.hasSameBytes(as: told) } }
      .max { ($0.placedAt ?? .distantPast, $0.id) < ($1.placedAt ?? .distantPast, $1.id) }
    if let last { return occasion(told, last.id) }
    guard let mark = told.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    return occasion(String(told[..<mark]), String(told[told.utf8.index(after: mark)...]))
  }

  private struct Firing {
    var firesAt: Instant
    var product: SubjectProduct
  }

  /// The earliest firing absorbs all others within `combine` of it; the next remaining one starts a new group.
  private func combined(_ firings: [Firing]) -> [Plan] {
    let sorted = firings.sorted {
      ($0.firesAt, $0.product.runsOutAt, ExactText($0.product.sku))
        < ($1.firesAt, $1.product.runsOutAt, ExactText($1.product.sku))
    }
    var plans: [Plan] = []
    var next = sorted.startIndex
    while next < sorted.endIndex {
      let first = sorted[next]
      let end = sorted[next...].firstIndex { $0.firesAt > first.firesAt + combine } ?? sorted.endIndex
      let products = sorted[next..<min(end, next + Self.maximumProducts)].map(\.product)
        .sorted { ($0.runsOutAt, ExactText($0.sku)) < ($1.runsOutAt, ExactText($1.sku)) }
      plans.append(
        Plan(
          occurrence: "\(first.product.sku):\(first.product.orderID)", firesAt: first.firesAt,
          subject: .products(products)))
      next = end
    }
    return plans
  }

  /// The products covered by enrollments that have begun.
  private struct Covered {
    private var orders: [ExactText: Set<ExactText>] = [:]
    /// Enrollments with the maximum of products: the range of firings they absorbed, and when they began.
    private var full: [(gathered: ClosedRange<Instant>, beganAt: Instant)] = []

    init(by enrollments: some Sequence<Enrollment>, within window: Duration) {
      for enrollment in enrollments {
        guard let beganAt = enrollment.beganAt, case .products(let products) = enrollment.subject else {
          continue
        }
        for product in products { orders[product.sku, default: []].insert(product.orderID) }
        if products.count >= RunsOutRule.maximumProducts {
          full.append((enrollment.firesAt...(enrollment.firesAt + window), beganAt))
        }
      }
    }

    func names(_ purchase: Purchase) -> Bool {
      orders[purchase.sku]?.contains(purchase.orderID) ?? false
    }

    /// Whether it was left out of a full enrollment.
    func leavesOut(_ purchase: Purchase, _ firesAt: Instant) -> Bool {
      full.contains { $0.gathered.contains(firesAt) && purchase.placedAt <= $0.beganAt }
    }
  }

  // MARK: Deciding

  package func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason? {
    guard case .products(let products) = enrollment.subject else { return .superseded }
    let purchases = derived.purchases(of: state.orders)
    if products.contains(where: { purchases.hold($0) }) { return nil }
    return products.contains { state.order($0.orderID)?.stands == true } ? .superseded : .cancelled
  }

  /// The product is about to run out or just did; later it was bought elsewhere.
  package var defaultExpiry: Duration { .days(7) }
  package func lastMoment(firedAt: Instant) -> Instant? { nil }

  // MARK: In messages and explanations

  package var offers: [Root] { [.products] }

  package func value(of name: String, in scope: Scope) -> Value? {
    guard name == Root.products.name, case .products(let products) = scope.subject else { return nil }
    return .array(
      ProductObject.sources(products, in: scope).map { .object(ProductObject.definition.record($0)) })
  }

  package static let lacks: [Lack] = [.order, .cycle]
  package func lack(in state: CustomerState) -> Lack? { state.standingOrders.isEmpty ? .order : .cycle }

  package func example(for state: CustomerState, now: Instant) -> Subject? {
    state.standingOrders.last.map { order in
      .products(
        order.keptLines.map { SubjectProduct(sku: $0.sku, orderID: order.id, runsOutAt: now + .days(5)) })
    }
  }

  package static var samples: [KindSample] {
    [KindSample(RunsOutRule(cycle: .product, lead: .days(5), combine: .days(3)))]
  }
  package var need: String { "an order" }
}

extension RunsOutRule.Cycle {
  fileprivate init?(_ value: FormValue) {
    switch value {
    case .word("product"): self = .product
    case .word("learned"): self = .learned
    case .duration(let duration): self = .fixed(duration)
    default: return nil
    }
  }

  fileprivate var written: String {
    switch self {
    case .product: "product"
    case .learned: "learned"
    case .fixed(let duration): duration.written
    }
  }
}
