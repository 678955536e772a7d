import Delivery
import Domain
import Platform
import Support
import Synchronization
import Testing

/// Claims that are lost while the provider keeps their messages waiting.
@Suite(.timeLimit(.minutes(2))) struct LostClaimTests {
  private let time = VirtualClock()
  private let outbox = InMemoryOutbox()
  private let dispatcher: Dispatcher

  init() { dispatcher = Dispatcher(outbox: outbox, clock: time.clock, logger: .silent) }

  /// A provider whose greeting comes when a test says so.
  private final class Door: Sendable {
    private let state = Mutex((waiting: [CheckedContinuation<Void, Never>](), isOpen: false))

    var waiting: Int { state.withLock { $0.waiting.count } }

    func pass() async {
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state in
          if !state.isOpen { state.waiting.append(continuation) }
          return state.isOpen
        }
        if isOpen { continuation.resume() }
      }
    }

    /// - Parameter first: only whoever has waited longest.
    func open(first: Bool = false) {
      let waiting = state.withLock { state in
        if first { return [state.waiting.removeFirst()] }
        state.isOpen = true
        defer { state.waiting = [] }
        return state.waiting
      }
      for continuation in waiting { continuation.resume() }
    }
  }

  private func run(_ door: Door, _ sent: @escaping @Sendable (ClaimedMessage) -> Void) {
    let adapter = ScriptedAdapter { message, gate in
      await door.pass()
      guard await gate.open() else { return .released }
      sent(message)
      return DeliveryReport(.accepted)
    }
    dispatcher.apply([
      Channel(
        name: "email", address: .email, adapter: adapter, flow: FlowSettings(connections: 4),
        retry: RetryPolicy())
    ])
  }

  @Test(arguments: [true, false])
  func `a message that was taken back and claimed anew goes once`(oneByOne: Bool) async throws {
    outbox.add([message(key: 1)])
    let door = Door()
    let sent = Mutex<[ClaimToken]>([])
    run(door) { message in sent.withLock { $0.append(message.token) } }
    try await eventually("first attempt") { door.waiting == 1 }
    let first = try #require(outbox.rows[1]?.token)
    outbox.takeBack([1])
    dispatcher.wake("email")
    try await eventually("second attempt") { door.waiting == 2 }
    let second = try #require(outbox.rows[1]?.token)
    if oneByOne {
      door.open(first: true)
      try await eventually("the first ends") { outbox.dropped == [HandoffClaim(key: 1, token: first)] }
      #expect(sent.withLock { $0 } == [])
    } else {
      // Both marks are made in one commit.
      outbox.holdHandoffs()
      door.open()
      try await eventually("at the gate") { outbox.heldHandoffs > 0 }
      outbox.freeHandoffs()
    }
    door.open()
    try await eventually("sent") { outbox.count(.sent) == 1 }
    await dispatcher.drain(within: .seconds(1))
    #expect(sent.withLock { $0 } == [second])
    #expect(outbox.results.map(\.token) == [second])
    #expect(outbox.dropped == [HandoffClaim(key: 1, token: first)])
    #expect(dispatcher.metrics.snapshot.stale == 1)
  }

  @Test func `a lost claim is told, and what was taken back is claimed anew at once`() async throws {
    outbox.add((1...2).map { message(key: $0) })
    let door = Door()
    let sent = Mutex<[Int64]>([])
    run(door) { message in sent.withLock { $0.append(message.key) } }
    try await eventually("both wait") { door.waiting == 2 }
    let lost = try #require(outbox.rows[2]?.token)
    outbox.takeBack([2])
    door.open()
    // Without a wake-up, and without time passing.
    try await eventually("both sent") { outbox.count(.sent) == 2 }
    #expect(outbox.dropped == [HandoffClaim(key: 2, token: lost)])
    #expect(sent.withLock { $0.sorted() } == [1, 2])
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `a claim that is lost when the wait is cut short is told too`() async throws {
    outbox.add([message(key: 1)])
    outbox.steal([1])
    let door = Door()
    let refused = Mutex(false)
    let adapter = ScriptedAdapter { _, gate in
      _ = await gate.open()
      refused.withLock { $0 = true }
      await door.pass()
      return .released
    }
    dispatcher.apply([
      Channel(
        name: "email", address: .email, adapter: adapter, flow: FlowSettings(), retry: RetryPolicy())
    ])
    try await eventually("refused") { refused.withLock { $0 } }
    dispatcher.cut()
    await dispatcher.drain(within: .seconds(60))
    #expect(outbox.dropped.map(\.key) == [1])
    #expect(outbox.results == [])
    door.open()
  }

  @Test func `messages are not lost when nobody can say what is due after them`() async throws {
    outbox.add([message(key: 1)])
    outbox.failNextDue(1)
    let door = Door()
    door.open()
    run(door) { _ in }
    try await eventually("sent") { outbox.count(.sent) == 1 }
    await dispatcher.drain(within: .seconds(1))
  }
}
