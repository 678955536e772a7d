import Domain
import Templates

/// One customer at one instant, as segments and measures see them.
struct AudienceScope {
  let program: Program
  let catalog: Catalog
  let state: CustomerState
  let now: Instant

  /// An id with more orders stands for a crowd; of it only the newest few count, however many are loaded.
  static let mostOrders = 1000

  /// The standing orders that count in the window, and the next instant at which time alone changes which.
  func orders(_ filter: OrderFilter, in window: TimeWindow) -> (counted: [Order], nextChange: Instant?) {
    var counted: [Order] = []
    var next: Instant?
    each(filter) { order, at in
      if window.holds(at, at: now) { counted.append(order) }
      for turn in window.turns(of: at, after: now) { next = min(next ?? turn.at, turn.at) }
    }
    return (counted, next)
  }

  /// When the orders of a filter were placed, oldest first.
  func instants(_ filter: OrderFilter) -> [Instant] {
    var instants: [Instant] = []
    each(filter) { instants.append($1) }
    return instants
  }

  private func each(_ filter: OrderFilter, _ body: (Order, Instant) -> Void) {
    let few = state.orderBook.flatMap { $0.placed > Self.mostOrders ? $0.last : nil }
    for order in state.orders where order.stands {
      guard let placedAt = order.placedAt else { continue }
      if let few, !few.contains(where: { $0.id.hasSameBytes(as: order.id) }) { continue }
      guard holds(filter.products, order) else { continue }
      if let condition = filter.condition {
        let about = Value.object(
          OrderObject.definition.record(OrderObject.Source(order: order, catalog: catalog)))
        let context = program.conditionContext(now: now, zone: zone) { name in
          name == Root.order.name ? about : nil
        }
        guard condition.holds(context) else { continue }
      }
      body(order, placedAt)
    }
  }

  /// Whether the order still holds a product with one of these SKUs or categories.
  private func holds(_ products: [ExactText], _ order: Order) -> Bool {
    if products.isEmpty { return true }
    return order.keptLines.contains { line in
      let category = catalog.products[line.sku]?.category
      return products.contains { product in
        product.text.hasSameBytes(as: line.sku) || category?.hasSameBytes(as: product.text) ?? false
      }
    }
  }

  var zone: TimeZoneRules { program.zone(of: state.customer) }

  // MARK: - Criteria

  /// Whether the customer matches, and the next instant at which time alone can change that.
  ///
  /// - Parameter customer: the value of `customer`, made when it is first needed.
  func finding(_ criterion: Criterion, _ customer: inout Value?) -> Finding {
    switch criterion {
    case .all(let parts): return together(parts, &customer, isAll: true)
    case .any(let parts): return together(parts, &customer, isAll: false)
    case .not(let part):
      let finding = finding(part, &customer)
      return Finding(!finding.holds, until: finding.nextChange)
    case .condition(let condition):
      return Finding(condition.holds(context(&customer)), until: nextChange(of: condition))
    case .has(let condition):
      let has = condition.values(context(&customer)).contains { $0.value != .null }
      return Finding(has, until: nextChange(of: condition))
    case .events(let tally, let bounds, let window):
      let instants = state.tallies[tally.id]?.entries.map(\.at) ?? []
      return bounds.finding(instants, in: window, at: now)
    case .orders(let filter, let bounds, let window):
      return bounds.finding(instants(filter), in: window, at: now)
    case .segment(let id, let isMember):
      // When it changes, the segments that ask for it are asked as well.
      return Finding((state.memberships[id]?.isMember ?? false) == isMember)
    }
  }

  /// `all` holds as long as each part does, and not before the last of those that do not hold has changed; `any`
  /// likewise, the other way round.
  private func together(_ parts: [Criterion], _ customer: inout Value?, isAll: Bool) -> Finding {
    var same: Instant?
    var others: [Instant?] = []
    for part in parts {
      let finding = finding(part, &customer)
      if finding.holds == isAll {
        if let next = finding.nextChange { same = min(same ?? next, next) }
      } else {
        // Nothing that the other parts do can change the answer.
        if finding.nextChange == nil { return finding }
        others.append(finding.nextChange)
      }
    }
    if others.isEmpty { return Finding(isAll, until: same) }
    return Finding(!isAll, until: others.compactMap(\.self).max())
  }

  func context(_ customer: inout Value?) -> RenderContext {
    let value =
      customer ?? CustomerObject.value(of: Shared(state), catalog: catalog, program: program, now: now)
    customer = value
    return program.conditionContext(now: now, zone: zone, locale: state.customer.locale) { name in
      switch name {
      case Root.customer.name: value
      case Root.brand.name: .object(BrandObject.definition.record(program.brand))
      default: nil
      }
    }
  }

  /// When time alone next changes a value that the condition names.
  private func nextChange(of condition: Condition) -> Instant? {
    var next: Instant?
    for name in program.audience.names where condition.reads(customer: name.name) {
      guard let change = name.value(self).nextChange else { continue }
      next = min(next ?? change, change)
    }
    return next
  }
}

extension Condition {
  /// Whether it holds; one that cannot be evaluated does not, and a missing value meets no comparison.
  func holds(_ context: RenderContext) -> Bool {
    do throws(RenderError) {
      return try evaluate(context, missing: .meetsNothing)
    } catch {
      return false
    }
  }

  /// Whether it names `customer.NAME`, or the customer as a whole.
  package func reads(customer name: String) -> Bool {
    paths.contains { path in
      path.first?.hasSameBytes(as: Root.customer.name) ?? true
        && (path.count < 2 || path[1].hasSameBytes(as: name))
    }
  }
}

extension Program {
  /// The context of a condition that is not part of a trigger.
  func conditionContext(
    now: Instant, zone: TimeZoneRules, locale: String? = nil,
    roots: @escaping @Sendable (String) -> Value?
  ) -> RenderContext {
    RenderContext(
      lazyRoot: roots,
      environment: RenderEnvironment(
        now: now, locale: locale ?? brand.locale, currency: brand.currency,
        localTime: { instant in
          let local = zone.localDateTime(at: instant)
          return LocalTime(instant, offsetSeconds: local.offsetSeconds, zoneName: local.abbreviation)
        }))
  }
}
