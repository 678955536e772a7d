import Domain
import Operations
import Platform
import Store
import Synchronization
import Testing

@testable import Service

struct ExportTests {
  private static func handlers(_ floor: IntakeFloor) -> RequestHandlers {
    Responder(store: floor.store, shop: floor.live, log: .silent, now: { IntakeFloor.now }).handlers
  }

  @Test(arguments: IntakeStore.allCases)
  func `an export is read no faster than it is taken, and ends when nobody takes it`(
    kind: IntakeStore
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take((0..<3000).map { .ordered("ann", "\($0)", Int64($0)) })
      let handlers = Self.handlers(floor)
      let message = ExportRequest(customer: "ann").message
      let rows = Mutex(0)
      await handlers.answer(message) { part in
        await Task.yield()
        rows.withLock { $0 += part["orders"]?.arrayValue?.count ?? 0 }
        return true
      }
      #expect(rows.withLock { $0 } == 3000)
      let parts = Mutex(0)
      await handlers.answer(message) { _ in
        parts.withLock {
          $0 += 1; return $0 < 4
        }
      }
      #expect(parts.withLock { $0 } == 4)
      // The connection that read is free again.
      #expect(try await floor.state("ann")?.orders.count == 3000)
    }
  }

  @Test func `of whom nothing is known there is nothing to export`() async throws {
    try await IntakeFloor.use { floor in
      let answers = Mutex<[JSON]>([])
      await Self.handlers(floor).answer(ExportRequest(customer: "x").message) { part in
        answers.withLock { $0.append(part) }
        return true
      }
      #expect(
        answers.withLock { $0 } == [
          ["error": "there is no customer 'x'; ids are the shop's own, as they came in", "exit": 65]
        ])
    }
  }
}
