import Platform
import Store
import Support
import Testing

@testable import Service

struct WorkHealthTests {
  private let floor = LoopFloor()

  @Test func `what stops every write is told by the writer alone`() {
    let full = SQLError(.full, "database or disk is full", code: "13")
    floor.storeHealth.observe(full)
    floor.health.failed(full, in: "planner")
    #expect(floor.health.problems.isEmpty)
    #expect(floor.log.names == ["store_failed"])
    #expect(floor.ends.values.isEmpty)
  }

  @Test func `problems are those of all parts, with their last words`() {
    floor.health.failed(Broken(), in: "replanner")
    floor.health.failed(Broken(), in: "planner")
    floor.health.failed(SQLError(.other, "no such table"), in: "planner")
    #expect(
      floor.health.problems == [
        "work is held up in the planner: other: no such table",
        "work is held up in the replanner: it is broken",
      ])
  }

  @Test(arguments: [
    (SQLError.Kind.io, Int32(74)), (.corrupt, 65), (.notADatabase, 65), (.taken, 73),
  ])
  func `a file that is lost ends the daemon`(_ kind: SQLError.Kind, _ code: Int32) {
    floor.health.failed(SQLError(kind, "gone"), in: "planner")
    #expect(floor.ends.values == [code])
    #expect(floor.storeHealth.failure?.kind == kind)
  }

  @Test func `a server mends itself, unless another has its database`() throws {
    let ends = Calls<Int32>()
    let health = WorkHealth(
      store: floor.storeHealth, at: try StoreLocation(url: "postgresql:///shop"), clock: floor.time.clock,
      log: .silent, notifier: ServiceNotifier(environment: [:]), end: { ends.add($0) })
    health.failed(SQLError(.io, "could not read block"), in: "planner")
    #expect(ends.values.isEmpty)
    health.failed(SQLError(.taken, "another reprise"), in: "planner")
    #expect(ends.values == [73])
  }
}
