import Platform
import Support
import Testing

/// Against Postfix's own test receiver.
@Suite struct SMTPSinkTests {
  @Test(.timeLimit(.minutes(1)))
  func `smtp-sink receives every mail once, released in groups`() async throws {
    let sink = try await SMTPSink()
    let engine = try TransferEngine()
    let journal = RelayJournal()
    let relay = engine.relay(
      .init(host: "127.0.0.1", port: sink.port, security: .none, maximumConnections: 20)
    ) { journal.take($0) }
    let count = 500
    let identifiers = Set(relay.submit((0..<count).map { _ in mail(size: 2048) }))
    var released = 0
    while released < count {
      let ready = await journal.ready(released + 1)
      relay.releaseDot(Array(ready[released...]))
      released = ready.count
    }
    let results = await journal.finished(count)
    #expect(Set(results.map(\.id)) == identifiers)
    #expect(results.count == count)
    #expect(results.allSatisfy { $0.end == .accepted && $0.stage == .dotSent })
    await engine.stop(within: .seconds(5))
    sink.stop()
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("-r", "RCPT", SMTPStage.envelope, SMTPEnd.refused, 450), ("-f", "MAIL", .sender, .refused, 500),
      ("-f", ".", .dotSent, .refused, 500),
      ("-Q", "DATA", .envelope, .refused, 421),
    ])
  func `what smtp-sink refuses is reported`(
    flag: String, command: String, stage: SMTPStage, end: SMTPEnd, code: Int
  ) async throws {
    let sink = try await SMTPSink([flag, command])
    let engine = try TransferEngine()
    let result = await engine.relay(.init(host: "127.0.0.1", port: sink.port, security: .none)) { _ in }
      .send(mail())
    #expect(result.stage == stage)
    #expect(result.end == end)
    #expect(result.reply?.code == code)
    await engine.stop(within: .seconds(5))
    sink.stop()
  }
}
