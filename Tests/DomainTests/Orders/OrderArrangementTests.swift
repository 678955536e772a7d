import Domain
import Support
import Testing

/// A customer's orders stand alike however they came out of a database.
struct OrderArrangementTests {
  private static let ids = ["a", "b", "B", "é", "e\u{301}", "10", "9"]

  private func order(_ id: String, _ day: Int?) -> Order {
    Order(
      id: id, placedAt: day.map { Instant(milliseconds: Int64($0) * 86_400_000) },
      total: Money(minorUnits: 100, currency: .unknown), lines: [],
      receivedAt: Instant(milliseconds: 0))
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `by time, those of one instant by the bytes of their ids, those not placed last`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let ids = Self.ids.shuffled(using: &generator).prefix(Int.random(in: 0...7, using: &generator))
      var orders = ids.map { order($0, [nil, 1, 2, 3].randomElement(using: &generator) ?? nil) }
      let wanted = orders.map { (day: $0.placedAt?.milliseconds ?? .max, id: Array($0.id.utf8)) }
        .sorted { $0.day != $1.day ? $0.day < $1.day : $0.id.lexicographicallyPrecedes($1.id) }
      orders.arrange()
      #expect(orders.map { Array($0.id.utf8) } == wanted.map(\.id), "\(generator)")
    }
  }
}
