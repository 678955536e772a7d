extension Order {
  /// Merges another report of the same order.
  ///
  /// `placedAt` is the earliest reported. The contents come from the report with the latest `toldAt`, in
  /// whatever order they arrive; without `toldAt`, from the later event, or the last to arrive if the times
  /// are equal. But shops that resend an order after a refund may send only what is left: then the order
  /// keeps its contents, and the refund counts once. Of what reports tell of the refunds so far, the most counts.
  package func updated(by told: Order) -> Order {
    var merged = told
    var other = self
    if isNewer(than: told) { swap(&merged, &other) }
    if let placedAt, let toldPlacedAt = told.placedAt {
      merged.placedAt = min(placedAt, toldPlacedAt)
      merged.receivedAt = min(receivedAt, told.receivedAt)
    }
    merged.pendingAt = Self.earlier(pendingAt, told.pendingAt)
    merged.settleCancellation(with: other)
    // Also if the newer report had none: otherwise the older one could win later.
    if toldAt != nil || told.toldAt != nil { merged.toldAt = merged.knownAt }
    merged.refundedAt = refundedAt ?? told.refundedAt
    merged.refunds = refunds(of: told)
    merged.refundTold = max(refundTold, told.refundTold)
    merged.returned = returned
    if other.isTold { merged.putBack(other) }
    merged.settleReturns()
    return merged
  }

  /// The time as of which the contents are known; `nil` if only a cancellation or refund is.
  private var knownAt: Instant? { toldAt ?? placedAt ?? pendingAt }

  /// Whether `told` is stale compared with this.
  private func isNewer(than told: Order) -> Bool {
    // An unpaid report is always older than a paid one, whichever arrives first.
    guard (placedAt == nil) == (told.placedAt == nil) else { return placedAt != nil }
    guard let mine = knownAt, let others = told.knownAt else { return false }
    return others < mine
  }

  /// The later report of a cancellation wins. A report without `toldAt` never undoes a cancellation, and no
  /// report undoes a cancellation later than itself.
  private mutating func settleCancellation(with other: Order) {
    guard cancelledAt == nil, let cancelledAt = other.cancelledAt else { return }
    if let toldAt, cancelledAt < toldAt { return }
    self.cancelledAt = cancelledAt
  }

  /// Cancels the order, unless a later report shows it as standing.
  package mutating func cancel(at: Instant) {
    if let toldAt, isTold, cancelledAt == nil, at < toldAt { return }
    cancelledAt = cancelledAt ?? at
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
