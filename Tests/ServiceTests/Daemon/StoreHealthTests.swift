import Platform
import Support
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
}
