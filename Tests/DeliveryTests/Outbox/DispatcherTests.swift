import Delivery
import Domain
import Platform
import Support
import Synchronization
import Testing

/// An adapter whose provider is a closure.
struct ScriptedAdapter: ChannelAdapter {
  var answer: @Sendable (ClaimedMessage, HandoffGate) async -> DeliveryReport

  init(_ answer: @escaping @Sendable (ClaimedMessage, HandoffGate) async -> DeliveryReport) {
    self.answer = answer
  }

  func preview(_ message: ClaimedMessage, at now: Instant) throws(CompositionError) -> WireForm {
    WireForm(format: "txt", bytes: [])
  }
  func deliver(_ message: ClaimedMessage, at now: Instant, through gate: HandoffGate) async -> DeliveryReport
  {
    await answer(message, gate)
  }
  func close() async {}

  /// Opens the gate and then answers.
  static func answering(_ report: DeliveryReport) -> ScriptedAdapter {
    ScriptedAdapter { _, gate in await gate.open() ? report : .released }
  }
}

@Suite(.timeLimit(.minutes(2))) struct DispatcherTests {
  private let time = VirtualClock()
  private let outbox = InMemoryOutbox()
  private let log = InMemoryLog()
  private let dispatcher: Dispatcher

  init() {
    dispatcher = Dispatcher(
      outbox: outbox, clock: time.clock, logger: Logger(to: log, minimum: .debug, now: { 0 }))
  }

  private func run(
    _ adapter: ScriptedAdapter, flow: FlowSettings = FlowSettings(), retry: RetryPolicy = RetryPolicy()
  ) {
    dispatcher.apply([Channel(name: "email", address: .email, adapter: adapter, flow: flow, retry: retry)])
  }

  @Test func `every queued message is delivered once and recorded`() async throws {
    outbox.add((1...500).map { message(key: $0) })
    let seen = Mutex<[Int64]>([])
    run(
      ScriptedAdapter { message, gate in
        guard await gate.open() else { return .released }
        seen.withLock { $0.append(message.key) }
        return DeliveryReport(.accepted, reference: "ref-\(message.key)", code: "250")
      })
    try await eventually("all sent") { outbox.count(.sent) == 500 }
    #expect(seen.withLock { $0.sorted() } == Array(1...500))
    #expect(outbox.results.count == 500)
    #expect(outbox.results.allSatisfy { $0.handoffAt != nil && $0.attempt == 1 && $0.charged })
    #expect(dispatcher.metrics.snapshot.attempts["email"]?[.accepted] == 500)
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `a message that comes later is found by the wake-up`() async throws {
    run(.answering(DeliveryReport(.accepted)))
    // The lane has found nothing and would look again only after this pause, in which no time passes.
    try await eventually("idle") { time.sleeping.contains(.seconds(15)) }
    outbox.add([message(key: 9)])
    dispatcher.wake("email")
    try await eventually("sent") { outbox.count(.sent) == 1 }
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `a temporary failure waits and is tried again when due`() async throws {
    let attempts = Mutex(0)
    outbox.add([message(key: 1)])
    run(
      ScriptedAdapter { _, gate in
        guard await gate.open() else { return .released }
        let attempt = attempts.withLock {
          $0 += 1; return $0
        }
        return attempt == 1 ? DeliveryReport(.temporary, code: "451") : DeliveryReport(.accepted)
      })
    try await eventually("waiting") { outbox.count(.waiting) == 1 }
    #expect(outbox.rows[1]?.message.dueAt == noon + .seconds(30))
    try await eventually("sent") {
      time.advance(by: .seconds(5))
      return outbox.count(.sent) == 1
    }
    #expect(outbox.results.map(\.attempt) == [1, 2])
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `a lost claim sends nothing and writes nothing`() async throws {
    outbox.add((1...3).map { message(key: $0) })
    outbox.steal([2])
    let sent = Mutex<Set<Int64>>([])
    run(
      ScriptedAdapter { message, gate in
        guard await gate.open() else { return .released }
        sent.withLock { _ = $0.insert(message.key) }
        return DeliveryReport(.accepted)
      })
    try await eventually("done") { outbox.count(.sent) == 2 }
    #expect(sent.withLock { $0 } == [1, 3])
    #expect(outbox.rows[2]?.state == .suppressed)
    try await eventually("counted") { dispatcher.metrics.snapshot.stale == 1 }
    await dispatcher.drain(within: .seconds(1))
    #expect(outbox.results.map(\.key).sorted() == [1, 3])
  }

  @Test func `a store that cannot mark handoffs stops the sending, not the message`() async throws {
    outbox.add([message(key: 1)])
    outbox.failHandoffs(2)
    let sent = Mutex(0)
    run(
      ScriptedAdapter { _, gate in
        guard await gate.open() else { return .released }
        sent.withLock { $0 += 1 }
        return DeliveryReport(.accepted)
      })
    try await eventually("sent") {
      time.advance(by: .seconds(1))
      return outbox.count(.sent) == 1
    }
    #expect(sent.withLock { $0 } == 1)
    #expect(log.lines.contains { $0.contains("handoff_not_recorded") && $0.contains("the disk is full") })
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `outcomes are kept until the store takes them, and nothing new starts meanwhile`() async throws {
    outbox.add((1...2).map { message(key: $0) })
    outbox.failRecords(3)
    run(.answering(DeliveryReport(.accepted)), flow: FlowSettings(connections: 1))
    try await eventually("stalled") { log.names.contains("outcomes_not_recorded") }
    try await eventually("sent") {
      time.advance(by: .seconds(1))
      return outbox.count(.sent) == 2
    }
    #expect(log.names.filter { $0 == "outcomes_not_recorded" }.count == 1)
    #expect(log.names.contains("outcomes_recorded_again"))
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `an outcome that the store cannot take holds up no other`() async throws {
    outbox.add((1...20).map { message(key: $0) })
    outbox.refuseRecords(of: [7])
    run(.answering(DeliveryReport(.accepted)))
    try await eventually("the others are recorded") { outbox.count(.sent) == 19 }
    #expect(outbox.rows[7]?.state == .handoff)
    #expect(log.lines.filter { $0.contains("outcome_refused") && $0.contains(uid(7)) }.count == 1)
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `handoffs of many messages share a commit`() async throws {
    outbox.add((1...200).map { message(key: $0) })
    outbox.holdHandoffs()
    run(.answering(DeliveryReport(.accepted)), flow: FlowSettings(connections: 50))
    try await eventually("one commit is held") { outbox.heldHandoffs == 1 && dispatcher.underWay == 5 }
    outbox.freeHandoffs()
    try await eventually("all sent") { outbox.count(.sent) == 200 }
    #expect(outbox.handoffGroups.reduce(0, +) == 200)
    #expect(outbox.handoffGroups.count < 200)
    await dispatcher.drain(within: .seconds(1))
  }

  /// Refuses the messages with these keys as if the channel's settings were wrong.
  private func refusing(_ keys: Set<Int64>) -> ScriptedAdapter {
    ScriptedAdapter { message, gate in
      guard await gate.open() else { return .released }
      return keys.contains(message.key)
        ? DeliveryReport(.configurationFault, code: "403", detail: "forbidden") : DeliveryReport(.accepted)
    }
  }

  @Test(arguments: [[Int64(1)], [1, 2, 3], [7]])
  func `a message that alone is refused ends by itself and stops nobody else`(poisoned: [Int64]) async throws
  {
    outbox.add((1...20).map { message(key: $0) })
    run(refusing(Set(poisoned)))
    try await eventually("the others are sent, and these are dead") {
      time.advance(by: .seconds(1))
      return outbox.count(.sent) == 20 - poisoned.count && outbox.count(.dead) == poisoned.count
    }
    #expect(outbox.rows.values.filter { $0.state == .dead }.map(\.message.key).sorted() == poisoned)
    let ends = outbox.results.filter { $0.state == .dead }
    #expect(ends.allSatisfy { $0.code == "403" && $0.outcome == .configurationFault && $0.charged })
    await dispatcher.drain(within: .seconds(1))
  }

  @Test
  func `a message that is refused alone decides nothing, and the next one shows that the channel works`()
    async throws
  {
    outbox.add([message(key: 1)])
    run(refusing([1]))
    try await eventually("refused") { outbox.results.count == 1 }
    #expect(outbox.rows[1]?.state == .waiting)
    #expect(log.names.contains("channel_doubted") && !log.names.contains("channel_stopped"))
    outbox.add([message(key: 2)])
    dispatcher.wake("email")
    try await eventually("the second is sent") { outbox.count(.sent) == 1 }
    try await eventually("the first is dead") {
      time.advance(by: .seconds(5))
      return outbox.count(.dead) == 1
    }
    #expect(outbox.results.map(\.key) == [1, 2, 1])
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `refused settings stop the channel, cost no message, and are tried again by one at a time`()
    async throws
  {
    outbox.add((1...50).map { message(key: $0) })
    let isMended = Mutex(false)
    run(
      ScriptedAdapter { _, gate in
        if isMended.withLock({ $0 }) { return await gate.open() ? DeliveryReport(.accepted) : .released }
        return DeliveryReport(.configurationFault, code: "535", detail: "bad login")
      })
    try await eventually("stopped") { log.names.contains("channel_stopped") }
    try await eventually("tried again") {
      time.advance(by: .seconds(10))
      return log.names.filter { $0 == "channel_stopped" }.count == 1 && outbox.results.count > 12
    }
    #expect(outbox.rows.values.allSatisfy { $0.attempt == 0 })
    #expect(outbox.count(.waiting) + outbox.count(.queued) + outbox.count(.leased) == 50)
    isMended.withLock { $0 = true }
    try await eventually("all sent once it is mended, without a reload") {
      time.advance(by: .seconds(30))
      return outbox.count(.sent) == 50
    }
    #expect(log.names.contains("channel_works_again"))
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `a drain waits for answers, gives back what is leased, and ends`() async throws {
    outbox.add((1...10).map { message(key: $0) })
    outbox.holdHandoffs()
    run(.answering(DeliveryReport(.accepted)), flow: FlowSettings(connections: 2))
    try await eventually("held") { outbox.heldHandoffs == 1 && outbox.count(.leased) == 4 }
    let dispatcher = dispatcher
    let draining = Task { await dispatcher.drain(within: .seconds(30)) }
    try await eventually("given back") { outbox.count(.queued) == 8 }
    outbox.freeHandoffs()
    await draining.value
    #expect(outbox.count(.sent) == 2)
    #expect(outbox.count(.leased) == 0 && outbox.count(.handoff) == 0)
  }

  @Test func `what has no answer at the end of a drain is ambiguous, what was not handed over is not`()
    async throws
  {
    outbox.add((1...2).map { message(key: $0) })
    let forever = Mutex<[CheckedContinuation<Void, Never>]>([])
    run(
      ScriptedAdapter { message, gate in
        if message.key == 1 { guard await gate.open() else { return .released } }
        await withCheckedContinuation { continuation in forever.withLock { $0.append(continuation) } }
        return DeliveryReport(.accepted)
      })
    try await eventually("one handed over") {
      outbox.count(.handoff) == 1 && forever.withLock { $0.count } == 2
    }
    let dispatcher = dispatcher
    let draining = Task { await dispatcher.drain(within: .seconds(600)) }
    dispatcher.cut()
    await draining.value
    #expect(outbox.rows[1]?.state == .ambiguous)
    #expect(outbox.rows[1]?.maybeDelivered == true)
    #expect(outbox.rows[2]?.state == .queued)
    #expect(outbox.rows[2]?.attempt == 0)
    for continuation in forever.withLock({ $0 }) { continuation.resume() }
    #expect(outbox.results.count == 2)
  }

  @Test func `one line tells what became of a message, without the address`() async throws {
    var data = Record()
    data["customer"] = .object(["id": .string("c-17")])
    outbox.add([message(key: 1, data: data)])
    run(.answering(DeliveryReport(.badAddress, code: "550 5.1.1", detail: "no ann@tea.example here")))
    try await eventually("dead") { outbox.count(.dead) == 1 && log.names.contains("message_failed") }
    #expect(
      log.lines.filter { $0.contains("message_failed") } == [
        "<4>message_failed trigger=win_back step=first customer=c-17 channel=email to=a***@tea.example"
          + " message=\(uid(1)) attempt=1 outcome=bad_address code=\"550 5.1.1\" detail=\"no a***@tea.example here\""
      ])
    #expect(outbox.suppressed == ["ann@tea.example"])
    await dispatcher.drain(within: .seconds(1))
  }

  @Test func `every series exists at zero from the start`() async throws {
    run(.answering(DeliveryReport(.accepted)))
    let numbers = dispatcher.metrics.snapshot
    #expect(numbers.attempts.keys.sorted() == ["email"])
    #expect(numbers.attempts["email"]?.values.allSatisfy { $0 == 0 } == true)
    #expect(numbers.lanes["email"]?.breaker == .closed)
    #expect(numbers.stale == 0 && numbers.dueToHandoff.counts.allSatisfy { $0 == 0 })
    await dispatcher.drain(within: .seconds(1))
  }
}
