import Decisioning
import Domain
import Import
import Platform
import Store
import Support
import Testing

@testable import Service

struct ResponderTests {
  @Test func `explain counts as far back for a cap as the scheduler does`() async throws {
    let cap = FrequencyCap(channel: "email", limit: 1, window: .rolling(.days(60)))
    try await SchedulerFloor.use(batchSize: 10, caps: [cap]) { floor in
      try await floor.fillCarts("ann")
      let ann = try #require(try await floor.store.read { try $0.customer(id: "ann") }).key
      let earlier = SchedulerFloor.now - .days(40)
      _ = try await floor.store.write { tx in
        let message = NewMessage(
          ledgerKey: LedgerKey(bytes: [UInt8](repeating: 1, count: 32)), enrollment: 0, trigger: "cart",
          occurrence: "long ago", customer: ann, step: "1", channel: "email", priority: 100, dueAt: earlier,
          expiresAt: SchedulerFloor.now + .days(1),
          content: MessageContent(to: "ann@tea.example", text: "Text", purpose: .marketing))
        return try tx.insert([message], now: earlier)
      }
      let answer = await floor.responder.handlers.answer(["command": "explain", "customer": "ann"])
      #expect(answer["triggers"]?[0]?["enrollments"]?[0]?["next"]?[0]?["held_by"]?["gate"] == "frequency_cap")
      try await floor.tick()
      #expect(try await floor.decisions() == ["ann cart 1 skip frequency_cap"])
    }
  }

  @Test func `explain names an event by its name beside its id`() async throws {
    let shop = try ShopDirectory()
    try Files.write(
      Array(
        "trigger: quiz\nwhen: {event: quiz_finished}\nsteps:\n  - {channel: sms, template: thanks}\n".utf8),
      to: shop.path + "/config/triggers/quiz.yaml")
    try await shop.addAnn()
    let service = try await OfflineService(shop.options, for: .fill, log: .silent)
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    let event = Event(messageID: "m-17", name: "quiz_finished", at: now, receivedAt: now)
    _ = try await service.importSink.take(
      ImportBatch(
        kind: .events, events: [IncomingEvent(customerID: "ann", event: event, effect: .none)], products: [],
        progress: ShopDirectory.progress(now)))
    let answer = await service.perform(["command": "explain", "customer": "ann", "trigger": "quiz"])
    #expect(
      answer["triggers"]?[0]?["enrollments"]?[0]?["about"] == "event quiz_finished, message id m-17",
      "\(answer)")
    await service.close()
  }

  @Test func `how the triggers stand is read behind a pause that is being written`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      let gate = WriterGate()
      try await withThrowingTaskGroup { group in
        group.addTask { try await floor.store.write { _ in gate.wait() } }
        await gate.waitUntilReached()
        group.addTask {
          try await floor.store.write { _ = try $0.setPaused(SchedulerFloor.now, trigger: "cart") }
        }
        while floor.store.pendingWrites < 1 { await Task.yield() }
        group.addTask { try await floor.live.readTriggers(in: floor.store) }
        // Whatever is read beside the writer has been read.
        for _ in 0..<50 { _ = try await floor.store.read { try $0.customerCount() } }
        gate.open()
        try await group.waitForAll()
      }
      #expect(floor.live.current.triggers["cart"]?.pausedAt == SchedulerFloor.now)
    }
  }
}
