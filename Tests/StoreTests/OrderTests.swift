import Domain
import Platform
import Store
import Testing

private let cny = Currency("CNY")!

func order(_ id: String, _ placed: Int64?, total: Int64 = 1250, lines: [OrderLine] = []) -> Order {
  Order(
    id: id, placedAt: placed.map { at($0) }, total: Money(minorUnits: total, currency: cny), lines: lines,
    receivedAt: at(100))
}

struct OrderTests {
  @Test(arguments: StoreKind.allCases)
  func `orders come back whole and take new values`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var first = order(
        "o'1", 1,
        lines: [
          OrderLine(sku: "T-1", name: "Green \"tea\"", quantity: 2, price: 500),
          OrderLine(sku: "安", quantity: 1, price: -250), OrderLine(sku: "T-2", quantity: 1, price: nil),
          OrderLine(sku: "T-3", name: "Cup", quantity: 1, price: nil),
          OrderLine(sku: "T-4", quantity: 1, price: 7, currency: cny),
        ])
      first.cartID = "cart"
      first.pendingAt = at(0)
      first.toldAt = at(3)
      first.details = OrderDetails(discount: 300, shipping: 0, coupons: ["BACK-1", "安\""], store: "Hangzhou")
      let second = order("o2", nil, total: 0)
      try tx.save([(scene.ann.key, first), (scene.bob.key, second)])
      var found = try tx.orders(ids: ["o'1", "o2", "o3"])
      #expect(found.count == 2)
      #expect(found["o'1"]?.order == first && found["o'1"]?.customer == scene.ann.key)
      #expect(found["o2"]?.order == second && found["o2"]?.customer == scene.bob.key)
      first.cancelledAt = at(5)
      first.refundedAt = at(6)
      first.refunds = 1250
      first.returned = [ReturnedLine(sku: "T-1", quantity: 1)]
      first.cartID = nil
      first.lines = []
      first.pendingAt = nil
      first.details = OrderDetails()
      #expect(try tx.save([(scene.ann.key, first)]).isEmpty)
      found = try tx.orders(ids: ["o'1"])
      #expect(found["o'1"]?.order == first && found["o'1"]?.customer == scene.ann.key)
      // Nobody takes over the order of another customer.
      var stolen = first
      stolen.lines = second.lines
      stolen.cartID = "another"
      let foreign = try tx.save([(scene.bob.key, second), (scene.bob.key, stolen)])
      #expect(foreign.count == 1 && foreign[0] == (scene.bob.key, "o'1"))
      found = try tx.orders(ids: ["o'1"])
      #expect(found["o'1"]?.order == first && found["o'1"]?.customer == scene.ann.key)
      #expect(try tx.orders(ids: []).isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an order that was only cancelled is nobody's until it is placed`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var cancelled = order("o1", nil, total: 0)
      cancelled.cancelledAt = at(1)
      cancelled.refund(nil, at: at(1))
      try tx.save([(scene.ann.key, cancelled)])
      // One word against another's decides nothing.
      #expect(try tx.save([(scene.bob.key, cancelled)]).count == 1)
      #expect(try tx.orders(ids: ["o1"])["o1"]?.customer == scene.ann.key)
      let placed = order("o1", 2)
      #expect(try tx.save([(scene.bob.key, placed)]).isEmpty)
      let found = try #require(try tx.orders(ids: ["o1"])["o1"])
      #expect(found.customer == scene.bob.key && found.order == placed && found.order.stands)
      // From now on it is his.
      #expect(try tx.save([(scene.ann.key, cancelled)]).count == 1)
      #expect(try tx.save([(scene.ann.key, placed)]).count == 1)
      #expect(try tx.orders(ids: ["o1"])["o1"]?.order == placed)
      #expect(try tx.connection.integer("SELECT count(*) FROM orders") == 1)
    }
  }

  /// The database's own order of texts is that of a language on many servers: there "b" stands before "C".
  @Test(arguments: StoreKind.allCases)
  func `orders of one instant stand in the order of their ids' bytes, and unplaced ones last`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      let orders = ["b", "C", "a", "_", "B", "é", "z"].map { order($0, 5) }
      try tx.save((orders + [order("A", nil), order("0", 9)]).map { (scene.ann.key, $0) })
      let parts = StateParts(.orders)
      let one = try #require(try tx.states(of: [scene.ann.key], parts: parts)[scene.ann.key])
      #expect(one.orders.map(\.id) == ["B", "C", "_", "a", "b", "z", "é", "0", "A"])
      let inOrder = try tx.states(inOrder: [scene.ann.key, scene.bob.key], parts: parts)
      #expect(inOrder.first?.orders.map(\.id) == one.orders.map(\.id))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `carts keep every kind of change`(kind: StoreKind) async throws {
    let line = OrderLine(sku: "T-1", name: "Tea", quantity: 2, price: 500)
    let kinds: [CartChange.Kind] = [
      .add(line), .remove(sku: "T-1", quantity: nil), .remove(sku: "T-1", quantity: 1),
      .replace([line, OrderLine(sku: "T-2", quantity: 1, price: 1)]), .replace([]), .clear,
      .ordered(orderID: "o1"), .touch,
    ]
    let cart = Cart(
      id: "c 1",
      changes: kinds.enumerated().map { CartChange(id: "m\($0)", at: at(Int64($0)), kind: $1) },
      url: "https://shop.example/cart?x=1&y=\"2\"")
    let other = Cart(id: "a", changes: [], url: nil)
    try await kind.transact { tx, scene in
      try tx.save([(scene.ann.key, cart), (scene.ann.key, other), (scene.bob.key, other)])
      var changed = other
      changed.insert(CartChange(id: "x", at: at(1), kind: .touch))
      try tx.save([(scene.bob.key, changed)])
      let states = try tx.states(of: [scene.ann.key, scene.bob.key], parts: StateParts(.carts))
      #expect(states[scene.ann.key]?.carts == [other, cart])
      #expect(states[scene.bob.key]?.carts == [changed])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a cart with a long history comes back as it was, and takes no more room than another`(
    kind: StoreKind
  ) async throws {
    var cart = Cart(id: "c")
    for number in 0..<2000 {
      let line = OrderLine(sku: "T-\(number % 20)", quantity: 1, price: 100, currency: cny)
      let kind: CartChange.Kind = number == 1000 ? .ordered(orderID: "o\"1") : .add(line)
      cart.insert(CartChange(id: "m\"\(number)", at: at(Int64(number)), kind: kind))
    }
    let long = cart
    try await kind.transact { tx, scene in
      try tx.save([(scene.ann.key, long)])
      let states = try tx.states(of: [scene.ann.key], parts: StateParts(.carts))
      #expect(states[scene.ann.key]?.carts == [long])
      #expect(try tx.states(inOrder: [scene.ann.key], parts: StateParts(.carts))[0].carts == [long])
      let bytes = try tx.connection.integer("SELECT length(changes) + length(base) FROM carts")
      #expect(bytes.map { $0 < 4000 } == true)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a cart of an older version is read with its long history, and without prices nobody said`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      let changes = (0..<100).map { #"["m\#($0)",\#(1_772_000_000_000 + $0),"add",["T-1",1,0,"Tea"]]"# }
      try tx.connection.run(
        "INSERT INTO carts (customer, id, changes) VALUES (?1, 'c', ?2)",
        [.integer(scene.ann.key.rawValue), .text("[\(changes.joined(separator: ","))]")])
      let states = try tx.states(of: [scene.ann.key], parts: StateParts(.carts))
      let cart = try #require(states[scene.ann.key]?.carts.first)
      #expect(cart.changes.count == Cart.maximumChanges)
      #expect(
        cart.contents.items.map(\.line) == [OrderLine(sku: "T-1", name: "Tea", quantity: 100, price: nil)])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `products come back whole and take new values`(kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      var tea = Product(
        sku: "T-1", name: "Tea", url: "https://shop.example/t", image: "https://shop.example/t.png",
        price: Money(minorUnits: 500, currency: cny), cycleDays: 30.5)
      tea.listPrice = Money(minorUnits: 2000, currency: cny)
      tea.cost = Money(minorUnits: 700, currency: cny)
      (tea.category, tea.parent, tea.launchedAt) = ("green", "T", at(1))
      (tea.isAvailable, tea.stock, tea.tags) = (false, -2, ["new", "安"])
      try tx.save([tea, Product(sku: "bare")])
      #expect(try tx.products() == ["T-1": tea, "bare": Product(sku: "bare")])
      tea.price = nil
      tea.cycleDays = nil
      tea.name = nil
      try tx.save([tea])
      #expect(try tx.products()["T-1"] == tea)
    }
  }

  @Test(arguments: StoreKind.allCases, [1, 2, 100])
  func `standing purchases are told customer by customer`(kind: StoreKind, page: Int) async throws {
    try await kind.transact { tx, scene in
      let tea = OrderLine(sku: "tea", quantity: 1, price: 1)
      let cup = OrderLine(sku: "cup", quantity: 1, price: 1)
      var cancelled = order("o4", 1, lines: [tea])
      cancelled.cancelledAt = at(2)
      var refunded = order("o5", 1, lines: [tea])
      refunded.refundedAt = at(2)
      refunded.refunds = 1250
      var partly = order("o6", 2, lines: [cup])
      partly.refundedAt = at(2)
      partly.refunds = 1
      partly.lines = [cup, tea]
      partly.returned = [ReturnedLine(sku: "tea", quantity: 1)]
      let late = try #require(try tx.createCustomers(ids: ["cid"]).first)
      try tx.save([
        (scene.ann.key, order("o1", 5, lines: [tea, cup])), (late.key, order("o2", 3, lines: [cup])),
        (scene.ann.key, order("o3", 1, lines: [tea])), (scene.ann.key, cancelled),
        (scene.ann.key, refunded), (scene.ann.key, partly), (scene.bob.key, order("o7", nil, lines: [tea])),
      ])
      var told: [[String]] = []
      try tx.forEachPurchaser(page: page) { purchases in
        told.append(purchases.map { "\($0.sku)@\(($0.at - at(0)).milliseconds / 1000)" })
      }
      #expect(told == [["tea@1", "cup@2", "tea@5", "cup@5"], ["cup@3"]])
    }
  }
}
