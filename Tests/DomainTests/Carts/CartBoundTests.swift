import Domain
import Support
import Testing

/// What is kept of a cart does not grow with its history.
struct CartBoundTests {
  private static let start = Instant(seconds: 1_800_000_000)

  private static func change(_ number: Int, _ kind: CartChange.Kind) -> CartChange {
    CartChange(id: "m\(number)", at: start + .seconds(Int64(number)), kind: kind)
  }

  private static func line(_ sku: Int, quantity: Int = 1) -> OrderLine {
    OrderLine(sku: "sku-\(sku)", quantity: quantity, price: 100)
  }

  private static func history(_ count: Int, _ random: inout some RandomNumberGenerator) -> [CartChange] {
    (0..<count).map { number in
      let kind: CartChange.Kind =
        switch Int.random(in: 0..<20, using: &random) {
        case 0: .clear
        case 1: .ordered(orderID: "o\(number)")
        case 2...5: .remove(sku: "sku-\(Int.random(in: 0..<6, using: &random))", quantity: 1)
        case 6: .replace([line(1), line(2, quantity: 3)])
        case 7, 8: .touch
        default: .add(line(Int.random(in: 0..<6, using: &random)))
        }
      return change(number, kind)
    }
  }

  @Test func `20,000 changes leave the same contents as ever, and 32 changes`() {
    var random = SeededGenerator(usual: 7)
    let history = Self.history(20_000, &random)
    var cart = Cart(id: "c")
    var contents = CartContents()
    for change in history {
      cart.insert(change)
      // The reference: a cart that never has more than it keeps.
      var whole = Cart(id: "c", base: contents, folded: nil, changes: [change])
      whole.fold(before: .distantFuture)
      contents = whole.base
    }
    #expect(cart.changes.count == Cart.maximumChanges)
    #expect(cart.contents == contents)
    #expect(cart.folded == history[history.count - 33].place)
  }

  @Test func `changes that arrive up to 32 places late give the same cart`() {
    var random = SeededGenerator()
    for _ in 0..<rounds(50) {
      let history = Self.history(300, &random)
      let expected = Cart(id: "c", changes: history).contents
      var cart = Cart(id: "c")
      // None before more than 31 that come before it.
      let arrivals = history.indices.map { (time: $0 + Int.random(in: 0..<32, using: &random), index: $0) }
      for arrival in arrivals.sorted(by: { ($0.time, $0.index) < ($1.time, $1.index) }) {
        cart.insert(history[arrival.index])
      }
      #expect(cart.contents == expected, "\(random)")
    }
  }

  @Test func `an order that becomes known behind all that is kept takes out what it found`() {
    var cart = Cart(id: "c")
    cart.insert(Self.change(0, .add(Self.line(1))))
    cart.insert(Self.change(10, .add(Self.line(2))))
    for number in 20..<80 { cart.insert(Self.change(number, .touch)) }
    let order = CartChange(id: "o", at: Self.start + .seconds(5), kind: .ordered(orderID: "o"))
    #expect(cart.contents(with: [order]).items.map(\.line.sku) == ["sku-2"])
    cart.insert(order)
    #expect(cart.contents.items.map(\.line.sku) == ["sku-2"])
    #expect(cart.contents.beganAt == Self.start + .seconds(5))
    cart.insert(CartChange(id: "late", at: Self.start, kind: .add(Self.line(3))))
    #expect(cart.contents.items.map(\.line.sku) == ["sku-2"])
    cart.insert(CartChange(id: "p", at: Self.start + .seconds(15), kind: .clear))
    #expect(cart.contents.items.isEmpty && cart.contents.beganAt == nil)
  }

  @Test func `a cart has at most 200 products, and its changes 400 lines`() {
    var cart = Cart(id: "c")
    for round in 0..<10 {
      cart.insert(Self.change(round, .replace((0..<500).map { Self.line(round + $0) })))
    }
    #expect(cart.contents.items.count == 200)
    #expect(cart.contents.items[0].line.sku == "sku-9")
    #expect(cart.changes.count == 2)
    for number in 0..<300 { cart.insert(Self.change(100 + number, .add(Self.line(1000 + number)))) }
    #expect(cart.contents.items.count == 200)
  }

  /// Of 1024 bytes, as a cart counts them.
  private static func large(_ number: Int) -> OrderLine {
    let sku = "sku-\(number)"
    return OrderLine(
      sku: sku, name: String(repeating: "n", count: 1024 - 32 - sku.utf8.count), quantity: 1, price: nil)
  }

  @Test func `a cart keeps 64 KB of products, however they are told`() {
    var cart = Cart(id: "c")
    for number in 0..<100 { cart.insert(Self.change(number, .add(Self.large(number)))) }
    #expect(cart.contents.items.map(\.line) == (0..<64).map { Self.large($0) })
    // A known product is still changed.
    cart.insert(Self.change(100, .add(Self.line(0, quantity: 4))))
    #expect(cart.contents.items[0].line.quantity == 5)
    var told = Cart(id: "c")
    told.insert(Self.change(0, .replace((0..<100).map { Self.large($0) })))
    #expect(told.contents.items.count == 64)
  }

  @Test func `the changes of a cart take 64 KB beside the last`() {
    var cart = Cart(id: "c")
    for number in 0..<32 {
      cart.insert(Self.change(number, .replace((0..<20).map { Self.large($0) })))
      #expect(cart.changes.count <= 4)
    }
    #expect(cart.contents.items.count == 20)
    #expect(cart.cost < 110 * 1024)
  }
}
