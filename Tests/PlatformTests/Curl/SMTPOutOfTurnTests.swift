import Platform
import Testing

struct SMTPOutOfTurnTests {
  @Test func `a server that speaks out of turn while another connection ends still gets its mails`()
    async throws
  {
    let server = try OutOfTurnServer(connections: 3)
    defer { server.stop() }
    let engine = try TransferEngine()
    var configuration = SMTPRelay.Configuration(host: "127.0.0.1", port: server.port, security: .none)
    configuration.maximumConnections = 3
    configuration.timeouts.reply = .seconds(5)
    let journal = RelayJournal()
    let relay = engine.relay(configuration) {
      // On the engine's thread, which so finds both in one turn: first the end, then the digit.
      server.endHeldMail()
      journal.take($0)
    }
    async let first = relay.send(mail())
    async let second = relay.send(mail())
    async let third = relay.send(mail())
    #expect(await [first.end, second.end, third.end] == [.accepted, .accepted, .accepted])
    server.holdNextMail()
    async let held = relay.send(mail())
    await server.holdsMail()
    let other = relay.submit([mail()])[0]
    #expect(await journal.ready(1) == [other])
    relay.releaseDot([other])
    #expect(await journal.finished(1)[0].end == .accepted)
    await server.holdsMail()
    async let fourth = relay.send(mail())
    async let fifth = relay.send(mail())
    async let sixth = relay.send(mail())
    #expect(await [fourth.end, fifth.end, sixth.end] == [.accepted, .accepted, .accepted])
    server.answerHeldMail()
    #expect(await held.end == .accepted)
    await engine.stop(within: .seconds(5))
  }
}
