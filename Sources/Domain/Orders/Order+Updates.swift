extension Order {
  /// Merges another report of the same order.
  ///
  /// The earliest time reported is when it was placed. For its contents the report of the latest `toldAt` counts, whenever
  /// it arrives; of reports without one, the later event, or the last of one time. But shops that resend an order after a
  /// refund may send only what is left: then the order stays as it was, and the refund counts once.
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
    // Also where a report without it was the later one: the other must not come back.
    if toldAt != nil || told.toldAt != nil { merged.toldAt = merged.knownAt }
    merged.refundedAt = refundedAt
    merged.refunded = refunded(of: told)
    merged.returned = returned
    if other.isTold { merged.putBack(other) }
    merged.settleReturns()
    return merged
  }

  /// As of when the contents are known; `nil` while only a cancellation or refund is.
  private var knownAt: Instant? { toldAt ?? placedAt ?? pendingAt }

  /// Whether `told` is older news than this.
  private func isNewer(than told: Order) -> Bool {
    // That it was not paid for yet is older news than that it is, whichever comes first.
    guard (placedAt == nil) == (told.placedAt == nil) else { return placedAt != nil }
    guard let mine = knownAt, let others = told.knownAt else { return false }
    return others < mine
  }

  /// Of what two reports say of a cancellation, the later counts. One that says nothing of its time never takes back a
  /// cancellation, and a report never takes back one that is told of a later time.
  private mutating func settleCancellation(with other: Order) {
    guard cancelledAt == nil, let cancelledAt = other.cancelledAt else { return }
    if let toldAt, cancelledAt < toldAt { return }
    self.cancelledAt = cancelledAt
  }

  /// Cancels it, unless a later report says that it stands.
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
