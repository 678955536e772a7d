import Decisioning
import Domain
import Platform
import Store
import Testing

@testable import Service

struct OperationsTests {
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
      let answer = await floor.operations.perform(["command": "explain", "customer": "ann"])
      #expect(answer["triggers"]?[0]?["enrollments"]?[0]?["next"]?[0]?["held_by"]?["gate"] == "frequency_cap")
      try await floor.tick()
      #expect(try await floor.decisions() == ["ann cart 1 skip frequency_cap"])
    }
  }
}
