import Domain
import Platform
import Store
import Support
import Testing

/// Orders in a sheet, customers in blocks: what an import is made of.
struct BulkTests {
  /// Orders with all there can be in a file; of `ids` different ids, so that some repeat.
  private static func orders(
    _ count: Int, ids: Int, _ random: inout SeededGenerator
  ) -> [(customerID: String, order: Order)] {
    let names = [nil, "Green tea", "Name with \"quotes\" and \\", "绿茶", "", "a\u{1F375}b"]
    return (0..<count).map { _ in
      var order = Order(
        id: "o-\(Int.random(in: 0..<ids, using: &random))",
        placedAt: at(Int64.random(in: 0..<1000, using: &random)),
        total: Money(
          minorUnits: Int64.random(in: 0..<10_000, using: &random),
          currency: Currency(["CNY", "JPY", "TND"].randomElement(using: &random)!)!),
        receivedAt: at(5000))
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        order.lines.append(
          OrderLine(
            sku: "sku\(Int.random(in: 0..<9, using: &random))", name: names.randomElement(using: &random)!,
            quantity: Int.random(in: 1...3, using: &random),
            price: Int64.random(in: -5...999_999_999, using: &random)))
      }
      if Int.random(in: 0..<3, using: &random) == 0 { order.cartID = "cart" }
      if Int.random(in: 0..<5, using: &random) == 0 { order.cancelledAt = at(1500) }
      if Int.random(in: 0..<5, using: &random) == 0 {
        order.refundedAt = at(2000)
        order.refunds = max(order.total.minorUnits, 1)
      }
      if Int.random(in: 0..<5, using: &random) == 0 {
        order.refundedAt = order.refundedAt ?? at(1800)
        order.refundTold = Int64.random(in: 1..<9999, using: &random)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        order.details = OrderDetails(
          discount: Int64.random(in: 0..<100, using: &random),
          shipping: Bool.random(using: &random) ? 500 : nil,
          coupons: Bool.random(using: &random) ? ["TEA\"26"] : [], store: names.randomElement(using: &random)!
        )
      }
      if Int.random(in: 0..<6, using: &random) == 0 {
        (order.pendingAt, order.placedAt) = (order.placedAt, nil)
      }
      return ("customer-\(Int.random(in: 0..<9, using: &random))", order)
    }
  }

  private static func sheet(_ orders: [(customerID: String, order: Order)]) -> OrderSheet {
    var sheet = OrderSheet(receivedAt: at(5000))
    for (customerID, order) in orders {
      let isAdded = sheet.append(order, of: customerID)
      #expect(isAdded)
    }
    return sheet
  }

  private static func text(_ entry: (customerID: String, order: Order)) -> String {
    "\(entry.customerID) \(entry.order)"
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `a sheet gives back what was put in, in the order of the file and then in that of the table`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let orders = Self.orders(300, ids: 280, &random)
    var sheet = Self.sheet(orders)
    #expect(sheet.count == 300)
    #expect((0..<300).map { Self.text(sheet[$0]) } == orders.map { Self.text($0) }, "\(random)")
    sheet.seal()
    let sealed = (0..<300).map { sheet[$0] }
    #expect(sealed.map { Self.text($0) }.sorted() == orders.map { Self.text($0) }.sorted(), "\(random)")
    var seen: Set<String> = []
    let repeats = orders.filter { !seen.insert($0.order.id).inserted }
    #expect(!repeats.isEmpty)
    #expect(sheet.repeatedRows.map { Self.text(sheet[$0]) } == repeats.map { Self.text($0) }, "\(random)")
    let customers = (0..<sheet.customerCount).flatMap { customer in
      sheet.rows(of: customer).map { sheet[$0].customerID }
    }
    #expect(customers.count == 300 - repeats.count)
    #expect(customers == customers.sorted(), "\(random)")
  }

  @Test func `an id that is longer than the store's is not put in`() {
    var sheet = OrderSheet(receivedAt: at(0))
    var long = order(String(repeating: "x", count: 256), 1)
    var isAdded = sheet.append(long, of: "ann")
    #expect(!isAdded)
    long.id = String(repeating: "x", count: 255)
    long.cartID = String(repeating: "x", count: 256)
    isAdded = sheet.append(long, of: "ann")
    #expect(!isAdded)
    #expect(sheet.count == 0)
    long.cartID = String(repeating: "x", count: 255)
    isAdded = sheet.append(long, of: "ann")
    #expect(isAdded)
    #expect(sheet[0].order.id.count == 255 && sheet[0].order.cartID?.count == 255)
  }

  @Test(arguments: StoreKind.allCases, SeededGenerator.seeds(2))
  func `a sheet is stored as its orders one after the other, beside what is known`(
    kind: StoreKind, seed: UInt64
  ) async throws {
    var random = SeededGenerator(seed: seed)
    let sheets = (0..<3).map { _ in Self.orders(80, ids: 90, &random) }
    let rerun = "\(random)"
    /// The first to tell of an order says whose it is; then the rules of `merge`.
    var expected: [String: (customerID: String, order: Order)] = [:]
    for (customerID, new) in sheets.joined() {
      guard let known = expected[new.id] else {
        expected[new.id] = (customerID, new)
        continue
      }
      let isOlder =
        new.placedAt == nil
        && (known.order.placedAt != nil || new.pendingAt! < known.order.pendingAt ?? .distantPast)
      var merged = isOlder ? known.order : new
      merged.placedAt = [known.order.placedAt, new.placedAt].compactMap(\.self).min()
      merged.pendingAt = [known.order.pendingAt, new.pendingAt].compactMap(\.self).min()
      merged.cancelledAt = known.order.cancelledAt ?? new.cancelledAt
      merged.refundedAt = known.order.refundedAt ?? new.refundedAt
      merged.refunds = max(known.order.refunds, new.refunds)
      merged.refundTold = max(known.order.refundTold, new.refundTold)
      // What a refund has left of it is not what it was.
      let missing = known.order.total.minorUnits - new.total.minorUnits
      if !isOlder, known.order.refundedAt != nil, new.refundedAt == nil,
        known.order.total.currency == new.total.currency,
        missing > 0, missing <= known.order.refunded
      {
        merged.total = known.order.total
      }
      expected[new.id] = (known.customerID, merged)
    }
    let wanted = expected.values.map { Self.text($0) }.sorted()
    try await kind.transact { tx, _ in
      for orders in sheets {
        var sheet = Self.sheet(orders)
        sheet.seal()
        let keys = try tx.enterCustomers(of: sheet).keys
        for customer in keys.indices {
          try tx.merge(sheet.rows(of: customer).map { Int32($0) }, of: sheet, keys: keys)
        }
        try tx.merge(sheet.repeatedRows.map { Int32($0) }, of: sheet, keys: keys)
      }
      let customers = try tx.customerKeys(after: CustomerKey(0), limit: 100)
      let states = try tx.states(of: customers, parts: StateParts(.orders)).values
      let found = states.flatMap { state in
        state.orders.map { Self.text((state.customer.id, $0)) }
      }
      #expect(found.sorted() == wanted, "\(rerun)")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `rows tell whose orders they have changed, if it is not who they name`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      try tx.save([(scene.ann.key, order("o1", 1))])
      // The first row of o2 makes it bob's; the second names ann, the third bob again and has the last word.
      var sheet = Self.sheet([
        ("bob", order("o1", 1, total: 100)), ("bob", order("o2", 2, total: 200)),
        ("ann", order("o2", 2, total: 300)), ("bob", order("o2", 2, total: 400)), ("ann", order("o3", 3)),
      ])
      sheet.seal()
      let keys = try tx.enterCustomers(of: sheet).keys
      let single = (0..<sheet.customerCount).flatMap { sheet.rows(of: $0).map { Int32($0) } }
      #expect(try tx.merge(single, of: sheet, keys: keys) == [scene.ann.key])
      #expect(try tx.merge(single.filter { sheet[Int($0)].order.id == "o3" }, of: sheet, keys: keys) == [])
      #expect(try tx.merge(sheet.repeatedRows.map { Int32($0) }, of: sheet, keys: keys) == [scene.bob.key])
      let orders = try tx.orders(ids: ["o1", "o2", "o3"])
      #expect(
        orders.mapValues(\.customer) == ["o1": scene.ann.key, "o2": scene.bob.key, "o3": scene.ann.key])
      #expect(orders["o1"]?.order.total.minorUnits == 100)
      #expect(orders["o2"]?.order.total.minorUnits == 400)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a refund that was known before its order is not more than the order`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var refunded = order("o1", nil, total: 0)
      refunded.refund(nil, at: at(1))
      try tx.save([(scene.ann.key, refunded)])
      // The second time the refund is known to be of all.
      for _ in 0..<2 {
        var sheet = Self.sheet([("ann", order("o1", 5, total: 900))])
        sheet.seal()
        try tx.merge([0], of: sheet, keys: tx.enterCustomers(of: sheet).keys)
        let known = try #require(try tx.orders(ids: ["o1"])["o1"]?.order)
        #expect(known.refunded == 900 && !known.stands)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a row takes over an order that another customer only cancelled`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var cancelled = order("o1", nil, total: 0)
      cancelled.cancelledAt = at(1)
      cancelled.refund(nil, at: at(1))
      var own = cancelled
      own.id = "o2"
      try tx.save([(scene.ann.key, cancelled), (scene.bob.key, own)])
      var sheet = Self.sheet([("bob", order("o1", 5, total: 900)), ("bob", order("o2", 5, total: 900))])
      sheet.seal()
      #expect(try tx.merge([0, 1], of: sheet, keys: tx.enterCustomers(of: sheet).keys) == [])
      let orders = try tx.orders(ids: ["o1", "o2"])
      #expect(orders.mapValues(\.customer) == ["o1": scene.bob.key, "o2": scene.bob.key])
      #expect(orders["o1"]?.order.stands == true && orders["o1"]?.order.refunded == 0)
      #expect(orders["o2"]?.order.cancelledAt == at(1))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a row does not undo what the shop itself reported later`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var reported = order("o1", 5, total: 700)
      reported.toldAt = at(8)
      var unpaid = order("o2", nil, total: 700)
      (unpaid.pendingAt, unpaid.toldAt) = (at(5), at(8))
      var undated = order("o3", 5, total: 700)
      undated.toldAt = nil
      try tx.save([(scene.ann.key, reported), (scene.ann.key, unpaid), (scene.ann.key, undated)])
      let rows = ["o1", "o2", "o3"].map { (customerID: "ann", order: order($0, 5, total: 900)) }
      var sheet = Self.sheet(rows)
      sheet.seal()
      try tx.merge([0, 1, 2], of: sheet, keys: tx.enterCustomers(of: sheet).keys)
      let orders = try tx.orders(ids: ["o1", "o2", "o3"]).mapValues(\.order)
      #expect(orders.mapValues { $0.total.minorUnits } == ["o1": 700, "o2": 900, "o3": 900])
      #expect(orders["o1"]?.toldAt == at(8))
      #expect(orders["o2"]?.placedAt == at(5))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `customers are marked as unplanned until they are planned`(kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      func keys(_ numbers: [Int64]) -> [CustomerKey] { numbers.map { CustomerKey($0) } }
      #expect(try tx.unplanned(limit: 10) == [])
      try tx.markUnplanned(keys([1, 7, 8, 1023, 1024, 5000]))
      try tx.markUnplanned(keys([2, 8, 70_000]))
      try tx.markUnplanned([])
      #expect(try tx.unplanned(limit: 100) == keys([1, 2, 7, 8, 1023, 1024, 5000, 70_000]))
      #expect(try tx.unplanned(limit: 3) == keys([1, 2, 7]))
      #expect(try tx.unplanned(after: CustomerKey(7), limit: 3) == keys([8, 1023, 1024]))
      #expect(try tx.unplanned(after: CustomerKey(1024), limit: 3) == keys([5000, 70_000]))
      #expect(try tx.unplanned(upTo: CustomerKey(1023), limit: 100) == keys([1, 2, 7, 8, 1023]))
      #expect(try tx.unplannedCount() == 8)
      try tx.markPlanned(keys([2, 8, 5000, 6000]))
      #expect(try tx.unplanned(limit: 100) == keys([1, 7, 1023, 1024, 70_000]))
      try tx.markPlanned(keys([1, 7, 1023, 1024, 70_000]))
      #expect(try tx.unplannedCount() == 0)
      #expect(try tx.connection.integer("SELECT count(*) FROM unplanned") == 0)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `states are the same read from one end to the other`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var random = SeededGenerator(usual: 9)
      var sheet = Self.sheet(Self.orders(200, ids: 200, &random))
      sheet.seal()
      let keys = try tx.enterCustomers(of: sheet).keys
      for customer in keys.indices {
        try tx.merge(sheet.rows(of: customer).map { Int32($0) }, of: sheet, keys: keys)
      }
      try tx.save([
        (scene.ann.key, order("unplaced", nil)), (scene.ann.key, order("b", 7)),
        (scene.ann.key, order("a", 7)),
      ])
      try tx.save([
        (scene.bob.key, Cart(id: "y", changes: [], url: nil)),
        (scene.bob.key, Cart(id: "x", changes: [], url: nil)),
      ])
      for (id, name) in [("m2", "quiz"), ("m1", "quiz"), ("m3", "other")] {
        try tx.insert([
          (scene.bob.key, Event(messageID: id, name: EventName(name), at: at(3), receivedAt: at(4)))
        ])
      }
      for (occurrence, customer) in [("2", scene.bob), ("1", scene.bob), ("1", scene.ann)] {
        try tx.insert([
          Enrollment(
            trigger: occurrence == "2" ? "win_back" : "welcome", customer: customer.key,
            occurrence: occurrence,
            firesAt: at(1), subject: .customer, nextDueAt: at(2), plannedAt: at(0))
        ])
      }
      let parts = StateParts(.orders, .carts, .enrollments, eventNames: ["quiz"])
      let all = try tx.customerKeys(after: CustomerKey(0), limit: 100)
      #expect(all.count == 11)
      let far = CustomerKey(1_000_000)
      for wanted in [all, [all[1]], [all[0], all[3], all[10]], all + [far], []] {
        let states = try tx.states(of: wanted, parts: parts)
        let inOrder = try tx.states(inOrder: wanted, parts: parts)
        #expect(inOrder == wanted.compactMap { states[$0] })
      }
      #expect(try tx.states(inOrder: all, parts: StateParts()).allSatisfy { $0.orders.isEmpty })
    }
  }
}
