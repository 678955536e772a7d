import Platform
import Support
import Synchronization
import Testing

@testable import Service

struct StoreHealthTests {
  private static let full = SQLError(.full, "database or disk is full", code: "13")

  @Test func `a failed write is bad news until something was written`() {
    let log = InMemoryLog()
    let health = StoreHealth(log: Logger(to: log))
    #expect(health.failure == nil)
    health.observe(Self.full)
    health.observe(Self.full)
    #expect(health.failure == Self.full)
    health.observe(SQLError(.readOnly, "attempt to write a readonly database"))
    #expect(health.failure?.kind == .readOnly)
    health.observe(nil)
    health.observe(nil)
    #expect(health.failure == nil)
    #expect(log.names == ["store_failed", "store_failed", "store_writable_again"])
  }

  @Test func `while it is bad a small write is tried again and again`() async {
    let health = StoreHealth(log: .silent)
    health.observe(Self.full)
    let (tries, sender) = AsyncStream<Int>.makeStream()
    let failures = Atomic(0)
    let watching = Task {
      let count = Atomic(0)
      await health.watch(
        every: .milliseconds(1), failed: { _ in failures.add(1, ordering: .relaxed) },
        write: {
          let number = count.add(1, ordering: .relaxed).newValue
          health.observe(number < 3 ? Self.full : nil)
          sender.yield(number)
        })
      sender.finish()
    }
    var seen: [Int] = []
    for await number in tries {
      seen.append(number)
      // Good now: it sleeps until the next failure.
      if number == 3 { health.observe(Self.full) }
      if number == 4 { watching.cancel() }
    }
    #expect(seen == [1, 2, 3, 4])
    #expect(failures.load(ordering: .relaxed) == 4)
  }
}
