extension Order {
  /// Adds a refund.
  ///
  /// How much the whole is nobody knows before the order itself is; until then it is more than any order. Until then,
  /// too, `total.currency` is that of the refund, so that its minor units are known.
  ///
  /// - Parameters:
  ///   - amount: counts in the order's currency, whichever the refund names; `nil` for the price of what was returned, or for the whole order where nothing is named.
  ///   - lines: products that came back; they no longer count as bought.
  package mutating func refund(_ amount: Money?, returned lines: [ReturnedLine] = [], at: Instant) {
    if amount == nil, lines.isEmpty {
      refunded = max(refunded, placedAt == nil ? DecimalAmount.maximum : total.minorUnits)
    } else {
      if let amount {
        if placedAt == nil { total.currency = amount.currency }
        refunded = Self.sum(refunded, amount.minorUnits(in: total.currency))
      }
      for line in lines { take(back: line, isPriced: amount != nil) }
    }
    refundedAt = max(refundedAt ?? at, at)
    settleReturns()
  }

  private mutating func take(back line: ReturnedLine, isPriced: Bool) {
    let known = returned.firstIndex { $0.isPriced == isPriced && $0.sku.hasSameBytes(as: line.sku) }
    if let known {
      returned[known].quantity = min(returned[known].quantity + line.quantity, ReturnedLine.maximum)
    } else if returned.count < ReturnedLine.maximumCount {
      returned.append(ReturnedLine(sku: line.sku, quantity: line.quantity, isPriced: isPriced))
    }
  }

  /// Draws the consequences of what came back, as far as the order itself is known: the price of products whose refund
  /// named none, and that an order of which nothing is left does not stand.
  package mutating func settleReturns() {
    guard placedAt != nil, !returned.isEmpty else { return }
    let unpriced = returned.filter { !$0.isPriced }
    if !unpriced.isEmpty {
      returned.removeAll { !$0.isPriced }
      for line in unpriced {
        let ordered = lines.first { $0.sku.hasSameBytes(as: line.sku) }
        let pieces = min(line.quantity, ordered?.quantity ?? 0)
        let (value, overflows) = (ordered?.price ?? 0).multipliedReportingOverflow(by: Int64(pieces))
        refunded = Self.sum(refunded, overflows ? .max : value)
        take(back: line, isPriced: true)
      }
    }
    if !lines.isEmpty, keptLines.isEmpty { refunded = max(refunded, total.minorUnits) }
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }

  /// What was refunded, now that `order` tells of this one: a refund from before it was placed is not more than all.
  package func refunded(of order: Order) -> Int64 {
    guard placedAt == nil else { return refunded }
    let told = Money(minorUnits: refunded, currency: total.currency)
    return min(told.minorUnits(in: order.total.currency), order.total.minorUnits)
  }

  /// What was ordered and did not come back: what counts as bought.
  package var keptLines: [OrderLine] {
    returned.isEmpty ? lines : OrderLine.kept(of: lines, without: returned)
  }
}

extension OrderLine {
  /// Lines less what of them came back.
  package static func kept(of lines: [OrderLine], without returned: [ReturnedLine]) -> [OrderLine] {
    var kept: [OrderLine] = []
    var left = returned
    for var line in lines {
      for index in left.indices where left[index].quantity > 0 && left[index].sku.hasSameBytes(as: line.sku) {
        let pieces = min(left[index].quantity, line.quantity)
        line.quantity -= pieces
        left[index].quantity -= pieces
      }
      if line.quantity > 0 { kept.append(line) }
    }
    return kept
  }
}

/// Pieces of one product that a refund has named.
package struct ReturnedLine: Equatable, Sendable {
  package var sku: String
  /// 1 to `maximum`.
  package var quantity: Int
  /// Whether `Order.refunded` holds their price already.
  package var isPriced: Bool

  package init(sku: String, quantity: Int, isPriced: Bool = true) {
    self.sku = sku
    self.quantity = quantity
    self.isPriced = isPriced
  }

  /// The largest number of pieces that is counted.
  package static let maximum = 1_000_000
  /// Products of one order that are remembered as returned.
  package static let maximumCount = 500
}

extension Money {
  /// The same number of major units in the minor ones of another currency, which it turned out to be meant in; no
  /// exchange. Cut where that has fewer digits, and at the largest number there is.
  func minorUnits(in other: Currency) -> Int64 {
    let (mine, others) = (currency.minorUnitsPerMajor, other.minorUnitsPerMajor)
    if others <= mine { return minorUnits / (mine / others) }
    let (product, overflows) = minorUnits.multipliedReportingOverflow(by: others / mine)
    return overflows ? .max : product
  }
}
