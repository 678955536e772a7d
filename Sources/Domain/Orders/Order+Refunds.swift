extension Order {
  /// Adds a refund.
  ///
  /// Returns are capped at what was bought, so a refund that is reported twice, or one that lists all returns
  /// so far, adds only what is new. One whose products were all returned before adds nothing.
  ///
  /// The order's total is unknown before the order itself is; until then a full refund counts as more than
  /// any order. Until then, too, `total.currency` is the one with the smallest minor unit among the refunds,
  /// so that nothing is rounded away.
  ///
  /// - Parameters:
  ///   - amount: its number counts in the order's currency, whatever the refund's; `nil` for the price of the
  ///     returned lines, or for the whole order if there are none.
  ///   - lines: returned products, which no longer count as bought.
  package mutating func refund(_ amount: Money?, returned lines: [ReturnedLine] = [], at: Instant) {
    if amount == nil, lines.isEmpty {
      refunds = max(refunds, isTold ? total.minorUnits : DecimalAmount.maximum)
    } else {
      guard lines.isEmpty || lines.contains(where: { room(for: $0.sku) > 0 }) else { return }
      if let amount { add(amount) }
      for line in lines { take(back: line, isPriced: amount != nil) }
    }
    refundedAt = max(refundedAt ?? at, at)
    if !lines.isEmpty { settleReturns() }
  }

  private mutating func add(_ amount: Money) {
    let isFirst = refunds == 0
    let isFiner = amount.currency.minorUnitsPerMajor > total.currency.minorUnitsPerMajor
    if !isTold, isFirst || isFiner {
      refunds = Money(minorUnits: refunds, currency: total.currency).minorUnits(in: amount.currency)
      total.currency = amount.currency
    }
    refunds = Self.sum(refunds, amount.minorUnits(in: total.currency))
  }

  private mutating func take(back line: ReturnedLine, isPriced: Bool) {
    let quantity = min(line.quantity, room(for: line.sku))
    guard quantity > 0 else { return }
    let known = returned.firstIndex { $0.isPriced == isPriced && $0.sku.hasSameBytes(as: line.sku) }
    if let known {
      returned[known].quantity = min(returned[known].quantity + quantity, ReturnedLine.maximum)
    } else if returned.count < ReturnedLine.maximumCount {
      returned.append(ReturnedLine(sku: line.sku, quantity: quantity, isPriced: isPriced))
    }
  }

  /// How many pieces can still be returned; any number if the order does not have the product (yet).
  private func room(for sku: String) -> Int {
    let ordered = isTold ? lines.pieces(of: sku) : 0
    return ordered == 0 ? .max : max(0, ordered - returned.pieces(of: sku))
  }

  /// Applies the returns as far as the order itself is known: caps them at what was bought, adds the price of
  /// products refunded without one, and marks an order with nothing left as not standing.
  package mutating func settleReturns() {
    guard isTold, !returned.isEmpty else { return }
    // Avoids a quadratic search with hundreds of refunds and lines.
    let ordered = lines.piecesBySKU
    for index in returned.indices where returned[index].isPriced {
      guard let pieces = ordered[returned[index].sku], pieces > 0 else { continue }
      returned[index].quantity = min(returned[index].quantity, pieces)
    }
    for line in returned where !line.isPriced {
      // Products missing in the order wait for its lines.
      guard ordered[line.sku] ?? 0 > 0 else { continue }
      returned.removeAll { !$0.isPriced && $0.sku.hasSameBytes(as: line.sku) }
      let before = returned.pieces(of: line.sku)
      take(back: line, isPriced: true)
      let pieces = returned.pieces(of: line.sku) - before
      refunds = Self.sum(refunds, price(of: pieces, line.sku, after: before))
    }
    let back = returned.piecesBySKU
    if !lines.isEmpty, ordered.allSatisfy({ back[$0.key] ?? 0 >= $0.value }) {
      refunds = max(refunds, total.minorUnits)
    }
  }

  /// The price of returned pieces of a product after others were returned: its lines are used in turn.
  private func price(of pieces: Int, _ sku: String, after others: Int) -> Int64 {
    var (before, left, sum) = (others, pieces, 0 as Int64)
    for line in lines where left > 0 && line.sku.hasSameBytes(as: sku) {
      let count = min(left, max(0, line.quantity - before))
      before = max(0, before - line.quantity)
      left -= count
      let (value, overflows) = (line.price ?? 0).multipliedReportingOverflow(by: Int64(count))
      sum = Self.sum(sum, overflows ? .max : value)
    }
    return sum
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }

  /// The sum of the single refunds, now that `order` is known: one from before it was placed is capped at its
  /// total.
  package func refunds(of order: Order) -> Int64 {
    guard !isTold else { return refunds }
    if refunds >= DecimalAmount.maximum { return order.total.minorUnits }
    let told = Money(minorUnits: refunds, currency: total.currency)
    return min(told.minorUnits(in: order.total.currency), order.total.minorUnits)
  }

  /// The ordered lines minus the returned products: what counts as bought.
  package var keptLines: [OrderLine] {
    returned.isEmpty ? lines : OrderLine.kept(of: lines, without: returned)
  }
}

extension OrderLine {
  /// The lines minus what was returned.
  package static func kept(of lines: [OrderLine], without returned: [ReturnedLine]) -> [OrderLine] {
    var kept: [OrderLine] = []
    var left = returned.piecesBySKU
    for var line in lines {
      if let back = left[line.sku], back > 0 {
        let pieces = min(back, line.quantity)
        line.quantity -= pieces
        left[line.sku] = back - pieces
      }
      if line.quantity > 0 { kept.append(line) }
    }
    return kept
  }
}

/// Returned pieces of one product.
package struct ReturnedLine: Equatable, Sendable {
  package var sku: String
  /// 1 to `maximum`.
  package var quantity: Int
  /// Whether `Order.refunds` already includes their price.
  package var isPriced: Bool

  package init(sku: String, quantity: Int, isPriced: Bool = true) {
    self.sku = sku
    self.quantity = quantity
    self.isPriced = isPriced
  }

  /// The maximum number of pieces counted.
  package static let maximum = 1_000_000
  /// Maximum products remembered as returned per order.
  package static let maximumCount = 500
}

extension Money {
  /// The same number of major units in minor units of another currency, which turned out to be the one meant;
  /// no exchange. Truncated if it has fewer digits, and saturated on overflow.
  func minorUnits(in other: Currency) -> Int64 {
    let (mine, others) = (currency.minorUnitsPerMajor, other.minorUnitsPerMajor)
    if others <= mine { return minorUnits / (mine / others) }
    let (product, overflows) = minorUnits.multipliedReportingOverflow(by: others / mine)
    return overflows ? .max : product
  }
}
