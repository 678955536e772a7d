import Decisioning
import Domain
import Platform
import Store
import Support
import Synchronization
import Testing

@testable import Service

/// What may come between the reading of a batch, its deciding and its writing.
@Suite struct SchedulerTests {
  private static let oneADay = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]

  @Test(arguments: IntakeStore.allCases)
  func `a tick settles all that is due, batch by batch, each once`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 2) { floor in
      try await floor.fillCarts("ann", "ben", "cid", "dee", "eve")
      #expect(try await floor.tick() == 5)
      let messages = ["ann", "ben", "cid", "dee", "eve"].map { "\($0) cart 1 queued" }
      #expect(try await floor.messages() == messages)
      #expect(try await floor.tick() == 0)
      #expect(try await floor.messages() == messages)
      #expect(try await floor.count("ledger") == 5)
      #expect(floor.metrics.decisions.values.reduce(0, +) == 5)
      try await eventually("rest", isTrue: { floor.store.isAtRest })
    }
  }

  @Test func `a long tick shows with each batch that it goes on`() async throws {
    try await SchedulerFloor.use(batchSize: 2) { floor in
      let beats = Mutex(0)
      let scheduler = Scheduler(
        store: floor.store, shop: floor.live, log: .silent, metrics: floor.metrics,
        batchSize: 1, beat: { beats.withLock { $0 += 1 } }
      ) { _ in }
      try await floor.fillCarts("ann", "ben", "cid", "dee", "eve")
      #expect(try await scheduler.tick(now: SchedulerFloor.now).settled == 5)
      #expect(beats.withLock { $0 } > 5)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a batch ends where the states of its customers are too much at once, and all are settled`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 1500) { floor in
      for number in 0..<60 { try await floor.fillCarts("c\(number)") }
      func first() async throws -> Int {
        let shop = floor.live.current
        let batch = try await floor.store.read { tx in
          try BlackBox.none.section { section in
            try DueBatch.load(
              tx, shop: shop, now: SchedulerFloor.now, after: nil, leavingOut: [], limit: 1500,
              section: section)
          }
        }
        #expect(batch.customers.count == batch.places.count)
        return batch.customers.count
      }
      func fatten(_ customers: String, _ bytes: Int) async throws {
        let attributes = #"{"note":"\#(String(repeating: "x", count: bytes))"}"#
        try await floor.lose(SQLText("UPDATE customers SET attributes = '\(attributes)' \(customers)"))
      }
      #expect(try await first() == 60)
      try await fatten("", 120_000)
      #expect(try await first() == 34)
      // One alone always goes.
      try await fatten("WHERE id = 'c0'", 6_000_000)
      #expect(try await first() == 1)
      #expect(try await floor.tick() == 60)
      #expect(try await floor.messages().count == 60)
      #expect(try await floor.tick() == 0)
      try await eventually("rest", isTrue: { floor.store.isAtRest })
    }
  }

  @Test(
    arguments: IntakeStore.allCases,
    [("customers WHERE id = 'ann'", "forgotten"), ("triggers WHERE id = 'cart'", "trigger_removed")])
  func `an enrollment that has lost its customer or trigger ends, and is not due for ever`(
    kind: IntakeStore, loss: (rows: String, reason: String)
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 2, triggers: [SchedulerFloor.cart, SchedulerFloor.later]) {
      floor in
      try await floor.fillCarts("ann", "ben")
      try await floor.lose(SQLText("DELETE FROM \(loss.rows)"))
      let settled = try await floor.tick()
      #expect(settled == 2)
      #expect(try await floor.endReasons() == [loss.reason, loss.reason])
      // The second steps of those that are left.
      let next = try await floor.store.read { try $0.nextDueAt() }
      #expect(try #require(next) > SchedulerFloor.now)
      #expect(try await floor.tick() == 0)
      try await eventually("rest", isTrue: { floor.store.isAtRest })
    }
  }

  @Test(arguments: IntakeStore.allCases, [1, 2, 100])
  func `a customer due in two batches gets the one message a cap allows`(
    kind: IntakeStore, batchSize: Int
  ) async throws {
    try await SchedulerFloor.use(
      kind, batchSize: batchSize, triggers: [SchedulerFloor.cart, SchedulerFloor.later], caps: Self.oneADay
    ) { floor in
      try await floor.fillCarts("ann", "ben", "cid")
      // Nothing is written until the next batches have been read.
      try await floor.tick { _ = try await floor.store.write { try $0.customerCount() } }
      #expect(try await floor.messages() == ["ann cart 1 queued", "ben cart 1 queued", "cid cart 1 queued"])
      let expected = ["ann", "ben", "cid"].flatMap {
        ["\($0) cart 1 send", "\($0) later 1 skip frequency_cap"]
      }
      #expect(try await floor.decisions() == expected)
    }
  }

  @Test(arguments: IntakeStore.allCases, [1, 2, 100])
  func `of what is due in two batches the better one goes, although it was due later`(
    kind: IntakeStore, batchSize: Int
  ) async throws {
    var late = SchedulerFloor.cart
    late.when = .cartIdle(.minutes(70))
    try await SchedulerFloor.use(
      kind, batchSize: batchSize, triggers: [late, SchedulerFloor.later], caps: Self.oneADay
    ) { floor in
      try await floor.fillCarts("ann", "ben", "cid")
      #expect(try await floor.tick() == 6)
      #expect(try await floor.messages() == ["ann cart 1 queued", "ben cart 1 queued", "cid cart 1 queued"])
      let expected = ["ann", "ben", "cid"].flatMap {
        ["\($0) cart 1 send", "\($0) later 1 skip frequency_cap"]
      }
      #expect(try await floor.decisions() == expected)
    }
  }

  @Test(arguments: IntakeStore.allCases, [1, 100])
  func `of what is due in two batches the one is decided with all that its trigger looks at`(
    kind: IntakeStore, batchSize: Int
  ) async throws {
    let quiz = Trigger(
      id: "quiz", when: EventRule(name: "quiz_finished", only: .every), purpose: .marketing,
      steps: [Step(id: "1", after: .zero, channels: ["email"], template: "hello")], priority: 50,
      expiresAfter: .days(3), planningHash: "quiz")
    try await SchedulerFloor.use(
      kind, batchSize: batchSize, triggers: [SchedulerFloor.cart, quiz], caps: Self.oneADay
    ) { floor in
      try await floor.fillCarts("ann")
      let at = SchedulerFloor.now - .minutes(40)
      _ = try await floor.intake.take([.quiz("ann", "q", 10_000 - 40)], now: at)
      #expect(try await floor.tick() == 2)
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann quiz 1 skip frequency_cap"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an order that comes between reading and writing stops the reminder, and only that one`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 2) { floor in
      try await floor.fillCarts("ann", "ben", "cid")
      try await floor.tick { try await floor.order("ann") }
      #expect(try await floor.messages() == ["ben cart 1 queued", "cid cart 1 queued"])
      #expect(try await floor.decisions() == ["ben cart 1 send", "cid cart 1 send"])
      #expect(
        try await floor.enrollments() == ["ann cart ended", "ben cart completed 1", "cid cart completed 1"])
      try await eventually("rest", isTrue: { floor.store.isAtRest })
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a customer forgotten between reading and writing gets nothing`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 2) { floor in
      try await floor.fillCarts("ann", "ben")
      try await floor.tick {
        _ = await floor.responder.handlers.answer(["command": "forget", "customer": "ann"])
      }
      #expect(try await floor.messages() == ["ben cart 1 queued"])
      #expect(try await floor.count("messages") == 1)
      #expect(try await floor.count("decisions") == 1)
    }
  }

  /// The database is told, this process is not.
  @Test(arguments: IntakeStore.allCases)
  func `a pause by another process stops what was decided before it`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 2) { floor in
      try await floor.fillCarts("ann", "ben", "cid")
      try await floor.tick {
        try await floor.store.write { _ = try $0.setPaused(SchedulerFloor.now, trigger: "cart") }
      }
      #expect(try await floor.messages() == [])
      #expect(floor.live.current.triggers["cart"]?.pausedAt == SchedulerFloor.now)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `what was decided before another process took up a program is decided anew`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann", "ben", "cid")
      // So that this process knows which program the database has.
      try await floor.live.readTriggers(in: floor.store)
      try await floor.tick {
        try await floor.store.write { _ = try $0.syncTriggers([("cart", "cart")], now: SchedulerFloor.now) }
      }
      #expect(try await floor.messages() == [])
      #expect(try await floor.tick() == 3)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `when a pause has returned nothing more is written for its trigger`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(
      kind, batchSize: 2, triggers: [SchedulerFloor.cart, SchedulerFloor.later]
    ) { floor in
      try await floor.fillCarts("ann", "ben", "cid")
      try await floor.tick {
        _ = await floor.responder.handlers.answer(["command": "pause", "trigger": "cart"])
      }
      // What was ranked beside it is decided anew.
      try await floor.tick()
      let others = ["ann later 1 queued", "ben later 1 queued", "cid later 1 queued"]
      #expect(try await floor.messages() == others)
      #expect(
        try await floor.decisions()
          == ["ann", "ben", "cid"].flatMap {
            ["\($0) cart 1 defer trigger_paused", "\($0) later 1 send"]
          })
      // It goes on where it stopped.
      _ = await floor.responder.handlers.answer(["command": "resume", "trigger": "cart"])
      try await floor.tick(SchedulerFloor.now + .minutes(15))
      #expect(
        try await floor.messages()
          == ["ann", "ben", "cid"].flatMap {
            ["\($0) cart 1 queued", "\($0) later 1 queued"]
          })
    }
  }

  @Test(arguments: 1...3)
  func `a batch that cannot be written leaves nothing half done, and the next tick goes on`(
    failing: Int
  ) async throws {
    try await SchedulerFloor.use(batchSize: 2) { floor in
      let customers = ["ann", "ben", "cid", "dee", "eve", "fay"]
      try await floor.fillCarts("ann", "ben", "cid", "dee", "eve", "fay")
      // The second message of the batch: its first, and its ledger, are undone with it.
      let victim = customers[failing * 2 - 1]
      try await floor.store.write { tx in
        let key = try #require(try tx.customer(id: victim)).key.rawValue
        try tx.connection.execute(
          SQLText(
            "CREATE TRIGGER full BEFORE INSERT ON messages WHEN NEW.customer = \(key) BEGIN SELECT RAISE(ABORT, 'full'); END"
          ))
      }
      let error = await #expect(throws: SQLError.self) { try await floor.tick() }
      #expect(error?.message == "full")
      let written = Array(customers.prefix((failing - 1) * 2))
      #expect(try await floor.messages() == written.map { "\($0) cart 1 queued" })
      #expect(try await floor.decisions() == written.map { "\($0) cart 1 send" })
      #expect(try await floor.count("ledger") == written.count)
      #expect(
        try await floor.enrollments()
          == customers.map { written.contains($0) ? "\($0) cart completed 1" : "\($0) cart active" })
      #expect(floor.metrics.decisions.values.reduce(0, +) == written.count)
      try await eventually("rest", isTrue: { floor.store.isAtRest })

      try await floor.store.write { try $0.connection.execute("DROP TRIGGER full") }
      #expect(try await floor.tick() == customers.count - written.count)
      #expect(try await floor.messages() == customers.map { "\($0) cart 1 queued" })
      #expect(try await floor.count("ledger") == customers.count)
    }
  }
}
