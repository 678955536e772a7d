import Decisioning
import Domain
import Import
import ImportSupport
import Platform
import Store
import Support
import Synchronization
import Testing

@testable import Service

@Suite struct BulkOrderTests {
  /// Four of each of sixty customers, oldest first.
  private static let orders: [Order] = (0..<240).map { number in
    Order(
      id: "o\(number)", placedAt: IntakeFloor.now - .days(Int64(240 - number)),
      total: Money(minorUnits: 1000, currency: IntakeFloor.currency),
      lines: [OrderLine(sku: "sku\(number % 7)", quantity: 1, price: 1000)], receivedAt: IntakeFloor.now)
  }

  private static func customer(_ number: Int) -> String { "c\(number * 17 % 60)" }

  private static func sheet() -> OrderSheet {
    var sheet = OrderSheet(receivedAt: IntakeFloor.now)
    for (number, order) in orders.enumerated() {
      _ = sheet.append(order, of: customer(number))
    }
    sheet.seal()
    return sheet
  }

  private static func summary(_ floor: IntakeFloor) async throws -> [[String]] {
    var lines: [[String]] = []
    for number in 0..<60 { lines.append(try await floor.summary("c\(number)")) }
    return lines
  }

  @Test(arguments: IntakeStore.allCases, [1, 7, 1000])
  func `orders in bulk lead to what they lead to one by one`(kind: IntakeStore, size: Int) async throws {
    let expected = try await IntakeFloor.use(kind) { floor in
      for (number, order) in Self.orders.enumerated() {
        try await floor.take([
          IncomingEvent(
            customerID: Self.customer(number),
            event: Event(
              messageID: order.id, name: .orderCompleted, at: order.placedAt!, receivedAt: order.receivedAt),
            effect: .orderPlaced(order))
        ])
      }
      return try await Self.summary(floor)
    }
    try await IntakeFloor.use(kind) { floor in
      let told = Mutex<[CustomerKey]>([])
      let isSaved = Mutex(false)
      try await floor.intake.take(orders: Self.sheet(), transactionSize: size) { last in
        told.withLock { $0.append(last) }
      } alongside: { _ in
        isSaved.withLock { $0 = true }
      }
      #expect(isSaved.withLock { $0 })
      let all = try await floor.store.read { try $0.unplanned(limit: 100) }
      #expect(all.count == 60)
      #expect(told.withLock { $0 } == told.withLock { $0.sorted() })
      #expect(told.withLock { $0.last } == all.last)
      #expect(told.withLock { $0.count } == (size == 1 ? 60 : size == 7 ? 30 : 1))
      let replanner = Replanner(store: floor.store, shop: floor.live)
      #expect(try await replanner.planImported(upTo: all[29], now: IntakeFloor.now) == 30)
      #expect(try await replanner.planImported(now: IntakeFloor.now) == 30)
      #expect(try await replanner.planImported(now: IntakeFloor.now) == 0)
      #expect(try await Self.summary(floor) == expected)
      try await eventually("rest", isTrue: { floor.store.isAtRest })
    }
  }

  @Test func `planning that the store refuses leaves nothing in use, and is done later`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.intake.take(orders: Self.sheet(), alongside: { _ in })
      // More batches than wait for the writer at most.
      let replanner = Replanner(
        store: floor.store, shop: floor.live, importBatchSize: 2)
      try await floor.store.write {
        try $0.connection.execute(
          "CREATE TRIGGER full BEFORE INSERT ON enrollments BEGIN SELECT RAISE(ABORT, 'full'); END")
      }
      await #expect(throws: SQLError.self) { try await replanner.planImported(now: IntakeFloor.now) }
      try await eventually("rest", isTrue: { floor.store.isAtRest })
      try await floor.store.write { try $0.connection.execute("DROP TRIGGER full") }
      #expect(try await replanner.planImported(now: IntakeFloor.now) == 60)
      try await eventually("rest", isTrue: { floor.store.isAtRest })
    }
  }

  @Test func `whoever is forgotten between two transactions of a batch begins anew`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.intake.take(orders: Self.sheet(), alongside: { _ in })
      let old = try await floor.state("c59")?.customer.key
      try await floor.atOnce([
        { try await floor.intake.take(orders: Self.sheet(), transactionSize: 7, alongside: { _ in }) },
        { _ = try await floor.store.write { try $0.forget(customerID: "c59", at: IntakeFloor.now) } },
      ])
      let state = try #require(try await floor.state("c59"))
      #expect(state.customer.key != old)
      #expect(state.orders.count == 4)
      let orphans = try await floor.store.read {
        try $0.connection.integer(
          "SELECT count(*) FROM orders WHERE customer NOT IN (SELECT key FROM customers)")
      }
      #expect(orphans == 0)
    }
  }

  @Test func `whoever changes while being planned keeps the mark`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.intake.take(orders: Self.sheet(), alongside: { _ in })
      let replanner = Replanner(store: floor.store, shop: floor.live)
      let planned = Mutex(0)
      // The event is written between the reading and the writing of the plans, which both wait for the gate.
      try await floor.atOnce([
        {
          try await floor.take([
            IncomingEvent(
              customerID: "c1",
              event: Event(
                messageID: "m", name: "quiz_finished", at: IntakeFloor.now, receivedAt: IntakeFloor.now),
              effect: .none)
          ])
        },
        {
          let count = try await replanner.planImported(now: IntakeFloor.now)
          planned.withLock { $0 = count }
        },
      ])
      #expect(planned.withLock { $0 } == 59)
      #expect(try await floor.store.read { try $0.unplannedCount() } == 1)
      #expect(try await replanner.planImported(now: IntakeFloor.now) == 1)
      #expect(try await floor.state("c1")?.enrollments.contains { $0.trigger == "quiz" } == true)
    }
  }

  /// The first order of `ann`, cancelled, in a row that names `bob`.
  private static func cancelled() -> OrderSheet {
    var sheet = OrderSheet(receivedAt: IntakeFloor.now)
    let placedAt = IntakeFloor.now - .minutes(10_000)
    let order = Order(
      id: "order-m1", placedAt: placedAt, total: Money(minorUnits: 5000, currency: IntakeFloor.currency),
      cancelledAt: IntakeFloor.now, receivedAt: IntakeFloor.now)
    _ = sheet.append(order, of: "bob")
    sheet.seal()
    return sheet
  }

  @Test(arguments: IntakeStore.allCases)
  func `a row that changes another customer's order has its owner planned anew`(
    kind: IntakeStore
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([.ordered("ann", "m1", 0)])
      #expect(try await floor.state("ann")?.enrollments.contains { $0.state == .active } == true)
      try await floor.intake.take(orders: Self.cancelled(), alongside: { _ in })
      let replanner = Replanner(store: floor.store, shop: floor.live)
      #expect(try await replanner.planImported(now: IntakeFloor.now) == 2)
      let ann = try #require(try await floor.state("ann"))
      #expect(ann.orders.map(\.stands) == [false])
      #expect(ann.enrollments.allSatisfy { $0.state == .ended })
      #expect(try await floor.state("bob")?.orders.isEmpty == true)
      try await eventually("rest", isTrue: { floor.store.isAtRest })
    }
  }

  @Test func `a row that changes another customer's order is not undone by an event under way`() async throws
  {
    try await IntakeFloor.use { floor in
      try await floor.take([.ordered("ann", "m1", 0)])
      try await floor.atOnce([
        { try await floor.intake.take(orders: Self.cancelled(), alongside: { _ in }) },
        { try await floor.take([.refunded("ann", "m2", 1, order: "m1")]) },
      ])
      let order = try #require(try await floor.state("ann")?.orders.first)
      #expect(order.cancelledAt == IntakeFloor.now)
      #expect(order.refunded == 100)
    }
  }

  @Test func `an import plans for everybody behind its last batch`() async throws {
    let bench = try ImportBench()
    var text = "order_id,customer_id,placed_at,total,sku\n"
    for (number, order) in Self.orders.enumerated() {
      text += "\(order.id),\(Self.customer(number)),\(order.placedAt!.iso8601),10,sku\n"
    }
    let path = try bench.file(text)
    try await IntakeFloor.use { (floor: IntakeFloor) async throws -> Void in
      let replanner = Replanner(store: floor.store, shop: floor.live)
      let sink = DirectImport(store: floor.store, intake: floor.intake, replanner: replanner) {
        IntakeFloor.now
      }
      let importer = Importer(
        path: path, options: ImportOptions(kind: .orders),
        context: ImportBench.context(now: IntakeFloor.now), sink: InPieces(sink: sink))
      let imported = try await importer.run().progress.imported
      #expect(imported == 240)
      let unplanned = try await floor.store.read { try $0.unplannedCount() }
      #expect(unplanned == 0)
      let state = try #require(try await floor.state("c5"))
      #expect(!state.enrollments.isEmpty)
    }
  }
}

private struct InPieces: ImportSink {
  let sink: DirectImport

  func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit {
    ImportBatchLimit(rows: 100, bytes: 1 << 20)
  }
  func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    try await sink.progress(fingerprint: fingerprint)
  }
  func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt { try await sink.take(batch) }
  func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison {
    try await sink.compare(batch)
  }
}
