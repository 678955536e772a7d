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

  @Test func `triggers paused at the same time are all held in the picture of the shop`() async throws {
    let rules = (0..<12).map { number in
      var trigger = SchedulerFloor.cart
      trigger.id = TriggerID("t\(number)")
      return trigger
    }
    try await SchedulerFloor.use(batchSize: 10, triggers: rules) { floor in
      let triggers = rules.map(\.id)
      func tell(_ command: String) async {
        await withTaskGroup { group in
          for trigger in triggers {
            group.addTask {
              _ = await floor.operations.perform(
                ["command": .string(command), "trigger": .string(trigger.rawValue)])
            }
          }
        }
      }
      for round in 0..<200 {
        await tell("pause")
        #expect(triggers.allSatisfy { floor.live.current.triggers[$0]?.pausedAt != nil }, "round \(round)")
        await tell("resume")
        #expect(triggers.allSatisfy { floor.live.current.triggers[$0]?.pausedAt == nil }, "round \(round)")
      }
    }
  }
}
