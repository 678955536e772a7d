import Delivery
import Domain
import Platform
import Support
import Testing

/// The whole way: outbox, lane, adapter, engine, Postfix's test receiver.
@Suite(.timeLimit(.minutes(2))) struct SMTPDispatchTests {
  @Test(
    arguments: [([], MessageState.sent), (["-f", "RCPT"], .dead), (["-r", "RCPT"], .waiting)]
      as [([String], MessageState)])
  func `the dispatcher hands every mail to smtp-sink once`(
    options: [String], expected: MessageState
  ) async throws {
    let sink = try await SMTPSink(options)
    let engine = try TransferEngine()
    let outbox = InMemoryOutbox()
    let time = VirtualClock()
    let dispatcher = Dispatcher(outbox: outbox, clock: time.clock, logger: .silent)
    let count = 600
    outbox.add((1...Int64(count)).map { message(key: $0) })
    dispatcher.apply([try engine.mailChannel(port: sink.port, ", connections: 20")])
    try await eventually("all settled", within: .seconds(60)) { outbox.count(expected) == count }
    await dispatcher.drain(within: .seconds(5))
    #expect(outbox.results.count == count)
    if expected == .sent {
      #expect(outbox.handoffGroups.reduce(0, +) == count)
      #expect(outbox.handoffGroups.count < count)
    } else {
      #expect(outbox.handoffGroups.isEmpty)
    }
    await engine.stop(within: .seconds(5))
    sink.stop()
  }

  @Test func `a server that is not there pauses the channel and charges nothing`() async throws {
    let port = try FreePort.find()
    let engine = try TransferEngine()
    let outbox = InMemoryOutbox()
    let log = InMemoryLog()
    let dispatcher = Dispatcher(
      outbox: outbox, clock: VirtualClock().clock, logger: Logger(to: log, minimum: .debug, now: { 0 }))
    outbox.add((1...50).map { message(key: $0) })
    dispatcher.apply([try engine.mailChannel(port: port)])
    try await eventually("paused") { log.names.contains("channel_paused") && outbox.count(.leased) == 0 }
    #expect(outbox.rows.values.allSatisfy { $0.attempt == 0 })
    #expect(outbox.count(.queued) >= 40)
    await dispatcher.drain(within: .seconds(5))
    await engine.stop(within: .seconds(5))
  }
}
