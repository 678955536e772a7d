import Domain
import Store
import Testing

struct EventTests {
  private func event(_ id: String, _ name: EventName, _ seconds: Int64, _ properties: Record = [:]) -> Event {
    Event(messageID: id, name: name, at: at(seconds), receivedAt: at(seconds + 1), properties: properties)
  }

  @Test(arguments: StoreKind.allCases)
  func `an event is stored once by its message id`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      func insert(_ events: [(customer: CustomerKey, event: Event)]) throws -> [Int] {
        try tx.insert(events.map { ($0.customer, PreparedEvent($0.event)) })
      }
      #expect(try insert([(scene.ann.key, event("m1", "quiz_finished", 1, ["score": .integer(3)]))]) == [])
      let known = try insert([
        (scene.bob.key, event("m1", "other", 9)), (scene.ann.key, event("m2", "quiz_finished", 0)),
        (scene.bob.key, event("m2", "other", 3)),
      ])
      #expect(known == [0, 2])
      let parts = StateParts(eventNames: ["quiz_finished"])
      let states = try tx.states(of: [scene.ann.key, scene.bob.key], parts: parts)
      #expect(
        states[scene.ann.key]?.events == [
          event("m2", "quiz_finished", 0), event("m1", "quiz_finished", 1, ["score": .integer(3)]),
        ])
      #expect(states[scene.bob.key]?.events == [])
      #expect(try insert([]) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what happened after an instant is told by name, with the order it names`(kind: StoreKind) async throws
  {
    try await kind.transact { tx, scene in
      try tx.insert([
        (scene.ann.key, event("m1", "order_completed", 5)), (scene.ann.key, event("m2", "quiz_finished", 2)),
        (scene.ann.key, event("m3", "quiz_finished", 9)),
        (scene.ann.key, event("m5", "review_written", 4, ["order_id": .string("o1")])),
        (scene.ann.key, event("m6", "review_written", 3, ["text": .string("no \"order_id\"")])),
        (scene.bob.key, event("m4", "quiz_finished", 7)),
      ])
      let found = try tx.events(
        after: [(scene.ann.key, at(2)), (scene.bob.key, at(7))], names: ["quiz_finished", "review_written"])
      #expect(
        found[scene.ann.key] == [
          PastEvent(name: "review_written", at: at(3)),
          PastEvent(name: "review_written", at: at(4), orderID: "o1"),
          PastEvent(name: "quiz_finished", at: at(9)),
        ])
      #expect(found[scene.bob.key] == nil)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a customer's state holds what was asked for, in order`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let orders = [order("b", 5), order("a", 5), order("z", nil), order("c", 1)]
      try tx.save(orders.map { (scene.ann.key, $0) })
      try tx.insert([
        enrollment(scene.ann, "2"), enrollment(scene.ann, "1"),
        enrollment(scene.ann, "1", trigger: "win_back"),
      ])
      let missing = CustomerKey(999)
      let all = StateParts(.orders, .carts, .enrollments, eventNames: ["x"])
      let states = try tx.states(of: [scene.ann.key, missing, scene.bob.key], parts: all)
      #expect(states.count == 2)
      #expect(states[scene.ann.key]?.customer == scene.ann)
      #expect(states[scene.ann.key]?.orders.map(\.id) == ["c", "a", "b", "z"])
      #expect(states[scene.ann.key]?.enrollments.map(\.occurrence) == ["2", "1", "1"])
      #expect(states[scene.bob.key] == CustomerState(customer: scene.bob))
      let bare = try tx.states(of: [scene.ann], parts: StateParts())
      #expect(bare[scene.ann.key] == CustomerState(customer: scene.ann))
    }
  }
}
