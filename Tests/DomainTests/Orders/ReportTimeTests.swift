import Domain
import Testing

/// Reports of an order that say as of when they are, in any order of arrival.
struct ReportTimeTests {
  private static func report(
    _ told: Int64?, placed: Int64? = 10, pending: Int64? = nil, total: Int64, cancelled: Int64? = nil
  ) -> Order {
    Order(
      id: "o1", placedAt: placed.map { Instant(seconds: $0) },
      pendingAt: pending.map { Instant(seconds: $0) },
      total: Money(minorUnits: total, currency: .unknown),
      cancelledAt: cancelled.map { Instant(seconds: $0) }, toldAt: told.map { Instant(seconds: $0) },
      receivedAt: Instant(seconds: 10))
  }

  private static func permutations(_ orders: [Order]) -> [[Order]] {
    guard orders.count > 1 else { return [orders] }
    return orders.indices.flatMap { index in
      var rest = orders
      let first = rest.remove(at: index)
      return permutations(rest).map { [first] + $0 }
    }
  }

  @Test func `of reports in any order the one with the latest time counts`() throws {
    let reports = [
      Self.report(11, total: 500), Self.report(14, total: 300), Self.report(12, total: 400),
      Self.report(nil, total: 999),
    ]
    for order in Self.permutations(reports) {
      let merged = order.dropFirst().reduce(order[0]) { $0.updated(by: $1) }
      #expect(merged.total.minorUnits == 300)
      #expect(merged.toldAt == Instant(seconds: 14))
      #expect(merged.placedAt == Instant(seconds: 10))
    }
  }

  @Test func `a cancellation survives an older report that arrives later, but not a newer one`() {
    let reports = [
      Self.report(11, total: 500), Self.report(12, total: 500, cancelled: 12), Self.report(13, total: 500),
    ]
    for order in Self.permutations(Array(reports.prefix(2))) {
      #expect(order[0].updated(by: order[1]).cancelledAt == Instant(seconds: 12))
    }
    for order in Self.permutations(reports) {
      let merged = order.dropFirst().reduce(order[0]) { $0.updated(by: $1) }
      #expect(merged.cancelledAt == nil)
    }
  }

  @Test func `a report with a time after its own cancellation does not undo it`() {
    let (before, after) = (Self.report(11, total: 500), Self.report(20, total: 500, cancelled: 12))
    #expect(before.updated(by: after).cancelledAt == Instant(seconds: 12))
    #expect(after.updated(by: before).cancelledAt == Instant(seconds: 12))
  }

  @Test func `a cancellation reported alone counts unless a later report says that the order stands`() {
    var late = Self.report(11, total: 500)
    late.cancel(at: Instant(seconds: 10))
    #expect(late.cancelledAt == nil)
    late.cancel(at: Instant(seconds: 12))
    late.cancel(at: Instant(seconds: 13))
    #expect(late.cancelledAt == Instant(seconds: 12))
    var undated = Self.report(nil, total: 500)
    undated.cancel(at: Instant(seconds: 9))
    #expect(undated.cancelledAt == Instant(seconds: 9))
  }

  @Test func `a paid order stays paid despite a later report that it is not`() {
    let (paid, pending) = (
      Self.report(11, total: 500), Self.report(15, placed: nil, pending: 10, total: 400)
    )
    for merged in [paid.updated(by: pending), pending.updated(by: paid)] {
      #expect(merged.placedAt == Instant(seconds: 10))
      #expect(merged.total.minorUnits == 500)
      #expect(merged.toldAt == Instant(seconds: 11))
    }
  }

  @Test func `a report of a product keeps the fields it does not have, and an older one changes nothing`() {
    let known = Product(
      sku: "tea", name: "Tea", cycleDays: 30, stock: 4, tags: ["new"], toldAt: Instant(seconds: 10))
    let told = Product(
      sku: "tea", name: "Green tea", stock: 2, toldAt: Instant(seconds: 12))
    let merged = known.updated(by: told)
    #expect(
      merged
        == Product(
          sku: "tea", name: "Green tea", cycleDays: 30, stock: 2, tags: ["new"], toldAt: Instant(seconds: 12))
    )
    #expect(merged.updated(by: Product(sku: "tea", name: "Old", toldAt: Instant(seconds: 11))) == merged)
    #expect(merged.updated(by: Product(sku: "tea", name: "Old")) == merged)
  }
}
