import Testing

@testable import Platform

@Suite struct StatementCacheTests {
  @Test func `a constant is prepared once and found again`() throws {
    var cache = StatementCache<Int>()
    var prepared: [String] = []
    func statement(_ sql: SQLText) throws -> Int {
      try cache.statement(for: sql) { text in
        prepared.append(text)
        return prepared.count
      }
    }
    let (first, second) = (SQLText(constant: "SELECT 1"), SQLText(constant: "SELECT 2"))
    #expect(try statement(first) == 1)
    #expect(try statement(second) == 2)
    #expect(try statement(first) == 1)
    #expect(try statement(second) == 2)
    #expect(prepared == ["SELECT 1", "SELECT 2"])
  }

  @Test func `one text is one statement, however it is given`() throws {
    var cache = StatementCache<Int>()
    var count = 0
    for sql in [
      SQLText(constant: "SELECT 1"), "SELECT 1", SQLText("SELECT 1"), SQLText(constant: "SELECT 1"),
    ] {
      #expect(
        try cache.statement(for: sql) { _ in
          count += 1
          return count
        } == 1)
    }
    cache.removeAll()
    let constant = SQLText(constant: "SELECT 1")
    #expect(try cache.statement(for: constant) { _ in 7 } == 7)
  }
}
