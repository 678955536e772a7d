extension Order {
  /// Merges another report of the same order.
  ///
  /// The earliest time reported is when it was placed; for its contents, the last report counts. But shops
  /// that resend an order after a refund may send only what is left: then the order stays as it was, and the
  /// refund counts once.
  package func updated(by told: Order) -> Order {
    var merged = told
    var other = self
    if let placedAt, let toldAt = told.placedAt {
      if toldAt < placedAt { swap(&merged, &other) }
      merged.placedAt = min(placedAt, toldAt)
      merged.receivedAt = min(receivedAt, told.receivedAt)
    } else if placedAt != nil {
      // A pending order is older news than a paid one, whichever arrives first.
      swap(&merged, &other)
    } else if told.placedAt == nil, let pendingAt, let toldAt = told.pendingAt, toldAt < pendingAt {
      swap(&merged, &other)
    }
    merged.pendingAt = Self.earlier(pendingAt, told.pendingAt)
    merged.cancelledAt = cancelledAt
    merged.refundedAt = refundedAt
    merged.refunded = refunded(of: told)
    merged.returned = returned
    if other.isTold { merged.putBack(other) }
    merged.settleReturns()
    return merged
  }

  private static func earlier(_ a: Instant?, _ b: Instant?) -> Instant? {
    guard let a, let b else { return a ?? b }
    return min(a, b)
  }

  /// Restores refunded parts from `other` if the report omits them.
  private mutating func putBack(_ other: Order) {
    guard refundedAt != nil, total.currency == other.total.currency else { return }
    let missing = other.total.minorUnits.subtractingReportingOverflow(total.minorUnits).partialValue
    if missing > 0, missing <= refunded { total = other.total }
    guard !lines.isEmpty else { return }
    for sku in Set(texts: returned.map(\.sku)).sortedTexts {
      let missing = other.lines.pieces(of: sku) - lines.pieces(of: sku)
      guard missing > 0, missing <= returned.pieces(of: sku) else { continue }
      if let index = lines.firstIndex(where: { $0.sku.hasSameBytes(as: sku) }) {
        lines[index].quantity += missing
      } else if var line = other.lines.first(where: { $0.sku.hasSameBytes(as: sku) }) {
        line.quantity = missing
        lines.append(line)
      }
    }
  }
}
