import Domain
import Testing

@Suite struct CartTests {
  private let start = Instant(seconds: 1_800_000_000)

  private func add(_ id: String, _ sku: String) -> CartChange {
    CartChange(id: id, at: start, kind: .add(OrderLine(sku: sku, name: nil, quantity: 1, price: 100)))
  }

  @Test func `what is put in and taken out in one instant is out, whatever the ids and the arrival`() {
    let added = add("z", "tea-1")
    let removed = CartChange(id: "a", at: start, kind: .remove(sku: "tea-1", quantity: nil))
    for changes in [[added, removed], [removed, added]] {
      var cart = Cart(id: "c")
      for change in changes { cart.insert(change) }
      #expect(cart.contents.items.isEmpty)
    }
  }

  @Test func `an order in the instant of the last addition empties the cart`() {
    let ordered = CartChange(id: "a", at: start, kind: .ordered(orderID: "o"))
    let cart = Cart(id: "c", changes: [ordered, add("m", "tea-1"), add("z", "tea-2")])
    #expect(cart.contents.items.isEmpty)
    #expect(cart.contents.clearedBy == "o")
  }

  @Test func `a later addition stays`() {
    var later = add("a", "tea-1")
    later.at = start + .milliseconds(1)
    let cart = Cart(id: "c", changes: [later, CartChange(id: "z", at: start, kind: .clear)])
    #expect(cart.contents.items.map(\.line.sku) == ["tea-1"])
  }
}
