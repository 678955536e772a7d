import Testing

@testable import Service

struct ClosingStackTests {
  @Test func `what was opened last is closed first, and everything once`() async {
    let closed = Calls<String>()
    let stack = ClosingStack()
    for name in ["store", "engine", "server"] { stack.opened { closed.add(name) } }
    await stack.close()
    #expect(closed.values == ["server", "engine", "store"])
    await stack.close()
    #expect(closed.values.count == 3)
  }
}
