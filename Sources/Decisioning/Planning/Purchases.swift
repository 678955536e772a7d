import Domain

/// The last time a customer bought a SKU.
struct Purchase: Equatable {
  var sku: String
  var orderID: String
  var placedAt: Instant
  /// Over all lines of the order with this SKU; at least 1.
  var quantity: Int
  /// When the earlier orders with the SKU were placed, oldest first.
  var earlier: [Instant] = []
}

/// A customer's purchases by SKU, from the standing orders.
struct Purchases {
  /// One per SKU, in the order they were first bought.
  private(set) var last: [Purchase] = []
  // A linear search beats hashing for a few; the dictionary is used for more.
  private var places: [ExactText: Int] = [:]
  private static let few = 16

  init(of orders: [Order]) {
    // Oldest first, so that later orders overwrite; lines of the same order add up. Spans lend orders and
    // lines, which would be copied otherwise.
    let orders = orders.span
    for index in orders.indices where orders[index].stands {
      guard let placedAt = orders[index].placedAt else { continue }
      let kept = orders[index].keptLines
      let lines = kept.span
      for line in lines.indices {
        let quantity = max(1, lines[line].quantity)
        guard let place = place(of: lines[line].sku) else {
          append(
            Purchase(sku: lines[line].sku, orderID: orders[index].id, placedAt: placedAt, quantity: quantity))
          continue
        }
        if last[place].orderID.hasSameBytes(as: orders[index].id) {
          last[place].quantity = last[place].quantity.addingReportingOverflow(quantity).partialValue
        } else {
          last[place].earlier.append(last[place].placedAt)
          last[place].orderID = orders[index].id
          last[place].placedAt = placedAt
          last[place].quantity = quantity
        }
      }
    }
  }

  /// Whether the customer has not bought the product again, and its order still stands.
  func hold(_ product: SubjectProduct) -> Bool {
    place(of: product.sku).map { last[$0].orderID.hasSameBytes(as: product.orderID) } ?? false
  }

  private func place(of sku: String) -> Int? {
    last.count <= Self.few ? last.firstIndex { $0.sku.hasSameBytes(as: sku) } : places[sku]
  }

  private mutating func append(_ purchase: Purchase) {
    last.append(purchase)
    if last.count > Self.few + 1 {
      places[purchase.sku] = last.count - 1
    } else if last.count == Self.few + 1 {
      for (place, purchase) in last.enumerated() { places[purchase.sku] = place }
    }
  }
}

extension RunsOutRule.Cycle {
  /// How long the purchase lasts; `nil` if unknown.
  ///
  /// A product's own days and a fixed cycle are per piece and multiplied by the quantity. A learned cycle is
  /// an interval between two orders: it already includes how much this customer, or customers in general, buy
  /// at a time, and is used unchanged.
  func duration(of purchase: Purchase, _ catalog: Catalog) -> Duration? {
    switch self {
    case .product:
      return catalog.products[purchase.sku]?.cycleDays.flatMap {
        Self.lasting(days: $0, quantity: purchase.quantity)
      }
    case .fixed(let piece):
      return Self.lasting(days: Double(piece.milliseconds) / 86_400_000, quantity: purchase.quantity)
    case .learned:
      return purchase.interval ?? catalog.learnedCycles[purchase.sku]
        ?? RunsOutRule.Cycle.product.duration(of: purchase, catalog)
    }
  }

  /// `nil` unless positive; at most a hundred years, so that no quantity overflows.
  private static func lasting(days: Double, quantity: Int) -> Duration? {
    let days = min(days * Double(max(1, quantity)), 36500)
    return days > 0 ? .milliseconds(Int64(days * 86_400_000)) : nil
  }
}

extension Purchase {
  /// The median time between two orders of the SKU; `nil` with fewer than two.
  ///
  /// Orders less than a day apart count as one purchase and give no interval.
  var interval: Duration? {
    let times = (earlier + [placedAt]).map(\.milliseconds)
    let intervals = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 >= 86_400_000 }.sorted()
    guard !intervals.isEmpty else { return nil }
    let middle = intervals.count / 2
    let median =
      intervals.count % 2 == 1 ? intervals[middle] : (intervals[middle - 1] + intervals[middle]) / 2
    return .milliseconds(median)
  }
}
