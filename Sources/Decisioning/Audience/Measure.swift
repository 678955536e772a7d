package import Domain
package import Templates

/// A named window over orders or events, usable as `customer.NAME`.
package struct Measure: Sendable {
  package enum Source: Sendable {
    case orders(OrderFilter)
    case events(TallyRule)
  }

  package var name: String
  package var source: Source
  /// Whether the values are added up; else their number counts.
  package var isSum: Bool
  package var window: TimeWindow

  package init(name: String, source: Source, isSum: Bool, window: TimeWindow) {
    self.name = name
    self.source = source
    self.isSum = isSum
    self.window = window
  }

  package var shape: TemplateSchema.Shape {
    if isSum, case .orders = source { .value(.money) } else { .value(.number) }
  }

  /// What its value is made of.
  package var reads: StateParts {
    switch source {
    case .orders(let filter): filter.products.isEmpty ? [.orders] : [.orders, .products]
    case .events(let tally): StateParts(eventNames: tally.event.map { [$0] } ?? [])
    }
  }
}

extension Measure {
  /// The value at an instant, and the next instant at which time alone changes it.
  func value(in scope: borrowing AudienceScope) -> (value: Value, nextChange: Instant?) {
    let now = scope.now
    switch source {
    case .orders(let filter):
      let orders = scope.orders(filter, in: window)
      let value: Value
      if isSum {
        let currency = scope.program.brand.currency
        var sum: Int64 = 0
        for order in orders.counted where order.total.currency == currency {
          sum = sum.addingReportingOverflow(order.worth).partialValue
        }
        value = .money(Money(minorUnits: sum, currency: currency))
      } else {
        value = .integer(Int64(orders.counted.count))
      }
      return (value, orders.nextChange)
    case .events(let rule):
      let entries = scope.state.tallies[rule.id]?.entries ?? []
      var (sum, count) = (0.0, 0)
      var next: Instant?
      for entry in entries {
        if window.holds(entry.at, at: now) {
          sum += entry.amount
          count += 1
        }
        for turn in window.turns(of: entry.at, after: now) { next = min(next ?? turn.at, turn.at) }
      }
      return (isSum ? .number(sum) : .integer(Int64(count)), next)
    }
  }
}
