import Domain
import Support
import Testing

struct OrderBookTests {
  private static let cny = Currency("CNY") ?? .unknown
  private static let start = Instant(seconds: 1_800_000_000)

  /// What a book must say of all orders.
  private static func expect(_ book: OrderBook, _ orders: [Order], _ random: SeededGenerator) {
    var sorted = orders
    sorted.arrange()
    let placed = sorted.filter { $0.placedAt != nil }
    let standing = placed.filter(\.stands)
    let paid = standing.filter { $0.total.currency == cny }
    #expect(book.placed == placed.count && book.standing == standing.count && book.paid == paid.count)
    #expect(
      book.value.minorUnits == paid.reduce(0) { $0 + $1.total.minorUnits - $1.refunded }, "\(random)")
    #expect(book.first.count == min(OrderBook.firstCount, placed.count), "\(random)")
    for (end, wanted) in [(book.firstStanding, standing.first), (book.lastStanding, standing.last)] {
      // Not known any more, it is found when the book is made anew.
      if end == nil, wanted != nil {
        #expect(book.isShort, "\(random)")
      } else {
        #expect(end?.id == wanted?.id)
      }
    }
    // Each list is a part of all orders without a gap.
    #expect(book.first.map(\.id) == placed.prefix(book.first.count).map(\.id), "\(random)")
    #expect(book.last.map(\.id) == placed.suffix(book.last.count).map(\.id), "\(random)")
    #expect(book.first.map(\.stands) == placed.prefix(book.first.count).map(\.stands), "\(random)")
    #expect(
      book.last.map(\.placedAt) == placed.suffix(book.last.count).compactMap(\.placedAt), "\(random)")
  }

  @Test func `a book says what all orders say, whatever happens to them`() {
    var random = SeededGenerator()
    for _ in 0..<rounds(20) {
      var orders: [Order] = []
      var book = OrderBook(currency: Self.cny)
      for number in 0..<300 {
        let isNew = orders.isEmpty || Int.random(in: 0..<3, using: &random) > 0
        let index = isNew ? orders.count : Int.random(in: orders.indices, using: &random)
        let before = isNew ? nil : orders[index]
        var order =
          before
          ?? Order(
            id: "o\(number)", placedAt: nil,
            total: Money(
              minorUnits: .random(in: 0..<1000, using: &random),
              currency: number % 7 == 0 ? .unknown : Self.cny),
            receivedAt: Self.start)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: order.cancelledAt = Self.start
        case 1: order.refund(Money(minorUnits: 100, currency: order.total.currency), at: Self.start)
        default:
          let at = Self.start + .seconds(Int64(number * 10 + .random(in: -50...50, using: &random)))
          order.placedAt = min(order.placedAt ?? at, at)
        }
        if isNew { orders.append(order) } else { orders[index] = order }
        book.replace(before, with: order)
        Self.expect(book, orders, random)
      }
      #expect(book.last.count > 8)
    }
  }
}
