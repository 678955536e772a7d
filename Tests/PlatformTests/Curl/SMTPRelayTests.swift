import Platform
import Support
import Synchronization
import Testing

/// What the relay reports for every way in which a server can fail: the facts on which retries stand.
@Suite(.serialized) struct SMTPRelayTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let place: String
    let reply: FaultSMTPServer.Reply
    let end: SMTPEnd
    let stage: SMTPStage
    var replyCode: Int?
    var code = CurlCode.ok
    var testDescription: String { "\(place): \(reply)" }
  }

  static let cases: [Case] = [
    Case(
      place: "greeting", reply: .line("421 4.3.2 busy"), end: .refused, stage: .greeting, replyCode: 421,
      code: .weirdServerReply),
    Case(
      place: "greeting", reply: .line("554 5.7.1 no"), end: .refused, stage: .greeting, replyCode: 554,
      code: .weirdServerReply),
    Case(place: "greeting", reply: .drop, end: .lost, stage: .greeting, code: .receiveError),
    Case(place: "greeting", reply: .hang, end: .timedOut, stage: .greeting, code: .timedOut),
    Case(place: "EHLO", reply: .drop, end: .lost, stage: .greeting, replyCode: 220, code: .receiveError),
    Case(place: "EHLO", reply: .hang, end: .timedOut, stage: .greeting, replyCode: 220, code: .timedOut),
    Case(
      place: "AUTH", reply: .line("535 5.7.8 bad credentials"), end: .refused, stage: .login, replyCode: 535,
      code: .loginDenied),
    Case(
      place: "MAIL", reply: .line("550 5.7.1 sender refused"), end: .refused, stage: .sender, replyCode: 550
    ),
    Case(place: "MAIL", reply: .drop, end: .lost, stage: .envelope, code: .receiveError),
    Case(place: "MAIL", reply: .hang, end: .timedOut, stage: .envelope, code: .timedOut),
    Case(place: "MAIL", reply: .line("421 4.7.0 slow down"), end: .refused, stage: .envelope, replyCode: 421),
    Case(
      place: "RCPT", reply: .line("550 5.1.1 no such user"), end: .refused, stage: .envelope, replyCode: 550),
    Case(place: "RCPT", reply: .line("452 4.5.3 too many"), end: .refused, stage: .envelope, replyCode: 452),
    Case(place: "RCPT", reply: .drop, end: .lost, stage: .envelope, replyCode: 250, code: .receiveError),
    Case(place: "DATA", reply: .line("451 4.3.0 try later"), end: .refused, stage: .envelope, replyCode: 451),
    Case(place: "DATA", reply: .hang, end: .timedOut, stage: .envelope, replyCode: 250, code: .timedOut),
    Case(place: "DATA", reply: .line("250 odd"), end: .garbled, stage: .envelope, replyCode: 250),
    Case(place: ".", reply: .line("554 5.7.1 spam"), end: .refused, stage: .dotSent, replyCode: 554),
    Case(place: ".", reply: .line("454 4.7.0 throttled"), end: .refused, stage: .dotSent, replyCode: 454),
    Case(place: ".", reply: .drop, end: .lost, stage: .dotSent, replyCode: 354, code: .receiveError),
    Case(place: ".", reply: .hang, end: .timedOut, stage: .dotSent, replyCode: 354, code: .timedOut),
    Case(place: ".", reply: .cut("250"), end: .lost, stage: .dotSent, replyCode: 354, code: .receiveError),
    Case(
      place: ".", reply: .cut("250-half\r\n"), end: .lost, stage: .dotSent, replyCode: 354,
      code: .receiveError),
    Case(
      place: ".", reply: .line("what is this"), end: .garbled, stage: .dotSent, replyCode: 354,
      code: .weirdServerReply),
    Case(place: ".", reply: .cut("250 2.0.0 queued\r\n"), end: .accepted, stage: .dotSent, replyCode: 250),
  ]

  @Test(arguments: cases, [true, false])
  func `each failure is reported with the stage and the reply`(_ fault: Case, pipelining: Bool) async throws {
    var script = FaultSMTPServer.Script(replies: [fault.place: fault.reply])
    if !pipelining { script.extensions = ["AUTH PLAIN"] }
    let server = try FaultSMTPServer(script)
    let engine = try TransferEngine()
    let relay = engine.relay(configuration(server, login: fault.place == "AUTH")) { _ in }
    let result = await relay.send(mail())
    #expect(result.end == fault.end)
    #expect(result.stage == fault.stage)
    #expect(result.reply?.code == fault.replyCode)
    #expect(result.code == fault.code)
    let mayBeDelivered = server.record.messages.count == 1
    #expect(mayBeDelivered == (fault.stage == .dotSent))
    await engine.stop(within: .seconds(5))
  }

  @Test func `a server whose packets are dropped is given up soon, and named`() async throws {
    let nowhere = try FullListener()
    let engine = try TransferEngine()
    var configuration = SMTPRelay.Configuration(host: "127.0.0.1", port: nowhere.port, security: .none)
    configuration.timeouts.reach = .milliseconds(300)
    let relay = engine.relay(configuration) { _ in }
    let result = await relay.send(mail())
    #expect(result.end == .timedOut && result.stage == .connecting && result.code == .timedOut)
    #expect(result.detail == "no connection to 127.0.0.1:\(nowhere.port) within 0.30s")
    await engine.stop(within: .seconds(5))
  }

  @Test func `before the dot a silent server is given up long before the RFC's five minutes`() {
    let timeouts = SMTPRelay.Timeouts()
    #expect(timeouts.reach == .seconds(10) && timeouts.connect == .seconds(30))
    #expect(timeouts.reply == .seconds(60) && timeouts.dotReply == .seconds(600))
  }

  @Test func `a refused connection never leaves the connecting stage`() async throws {
    let port = try FreePort.find()
    let engine = try TransferEngine()
    let relay = engine.relay(.init(host: "127.0.0.1", port: port, security: .none)) { _ in }
    let result = await relay.send(mail())
    #expect(result.end == .lost)
    #expect(result.stage == .connecting)
    #expect(result.code == .couldNotConnect)
    await engine.stop(within: .seconds(5))
  }

  @Test func `a server without TLS gets no mail when TLS is required`() async throws {
    let server = try FaultSMTPServer()
    let engine = try TransferEngine()
    let relay = engine.relay(configuration(server, security: .startTLS)) { _ in }
    let result = await relay.send(mail())
    #expect(result.end == .lost)
    #expect(result.stage == .login)
    #expect(result.code == .tlsUnavailable)
    #expect(!server.record.commands.contains { $0.hasPrefix("MAIL") })
    await engine.stop(within: .seconds(5))
  }

  @Test func `the reply is taken apart`() async throws {
    let server = try FaultSMTPServer(.init(replies: ["RCPT": .line("550-5.1.1 no such\r\n550 5.1.1 user")]))
    let engine = try TransferEngine()
    let result = await engine.relay(configuration(server)) { _ in }.send(mail())
    #expect(result.reply == SMTPReply(code: 550, enhancedCode: "5.1.1", text: "no such user"))
    await engine.stop(within: .seconds(5))
  }

  // MARK: - The gate

  @Test(arguments: [100, 300_000])
  func `the dot waits for its release`(size: Int) async throws {
    let server = try FaultSMTPServer()
    let engine = try TransferEngine()
    let journal = RelayJournal()
    let relay = engine.relay(configuration(server)) { journal.take($0) }
    let id = relay.submit([mail(size: size)])[0]
    #expect(await journal.ready(1) == [id])
    #expect(server.record.messages.isEmpty)
    relay.releaseDot([id])
    let result = await journal.finished(1)[0]
    #expect(result.end == .accepted)
    #expect(result.reply?.enhancedCode == "2.0.0")
    #expect(server.record.messages == [mail(size: size).message])
    await engine.stop(within: .seconds(5))
  }

  @Test(arguments: [100, 300_000])
  func `an aborted mail is never completed`(size: Int) async throws {
    let server = try FaultSMTPServer()
    let engine = try TransferEngine()
    let journal = RelayJournal()
    let relay = engine.relay(configuration(server)) { journal.take($0) }
    let id = relay.submit([mail(size: size)])[0]
    _ = await journal.ready(1)
    relay.abort([id])
    let result = await journal.finished(1)[0]
    #expect(
      result == SMTPResult(id: id, end: .aborted, stage: .body, reply: SMTPReply(code: 354, text: "go ahead"))
    )
    relay.releaseDot([id])
    await engine.stop(within: .seconds(5))
    #expect(server.record.messages.isEmpty)
  }

  @Test func `a gate that nobody opens gives the mail up before its dot`() async throws {
    let server = try FaultSMTPServer()
    let engine = try TransferEngine()
    let journal = RelayJournal()
    var configuration = configuration(server)
    configuration.timeouts.gate = .milliseconds(50)
    let relay = engine.relay(configuration) { journal.take($0) }
    relay.submit([mail()])
    let result = await journal.finished(1)[0]
    #expect(result.end == .timedOut)
    #expect(result.stage == .body)
    #expect(result.detail == "the dot was not released in time")
    await engine.stop(within: .seconds(5))
    #expect(server.record.messages.isEmpty)
  }

  @Test func `stopping ends mails at the gate without their dot`() async throws {
    let server = try FaultSMTPServer()
    let engine = try TransferEngine()
    let journal = RelayJournal()
    let relay = engine.relay(configuration(server, connections: 3)) { journal.take($0) }
    relay.submit([mail(), mail(), mail(), mail()])
    _ = await journal.ready(3)
    await engine.stop(within: .milliseconds(10))
    let results = await journal.finished(4)
    #expect(results.allSatisfy { $0.end == .aborted })
    #expect(results.filter { $0.stage == .body }.count == 3)
    #expect(results.filter { $0.stage == .connecting }.count == 1)
    #expect(server.record.messages.isEmpty)
    let late = await relay.send(mail())
    #expect(late.detail == "the transfer engine is stopped")
  }

  @Test func `a slow server holds up nobody else`() async throws {
    let slow = try FaultSMTPServer(.init(replies: [".": .hang]))
    let quick = try FaultSMTPServer()
    let engine = try TransferEngine()
    let journal = RelayJournal()
    var patient = configuration(slow)
    patient.timeouts.dotReply = .seconds(600)
    let stuck = engine.relay(patient) { journal.take($0) }
    let id = stuck.submit([mail()])[0]
    _ = await journal.ready(1)
    stuck.releaseDot([id])
    for _ in 0..<50 {
      let result = await engine.relay(configuration(quick)) { _ in }.send(mail())
      #expect(result.end == .accepted)
    }
    await engine.stop(within: .zero)
    #expect(await journal.finished(1)[0].stage == .dotSent)
  }

  // MARK: - Connections

  @Test func `one connection carries many mails, a refused one in between`() async throws {
    let server = try FaultSMTPServer(.init(replies: ["RCPT": .line("550 5.1.1 no")], fromTransaction: 3))
    let engine = try TransferEngine()
    let relay = engine.relay(configuration(server, connections: 1)) { _ in }
    var ends: [SMTPEnd] = []
    for _ in 0..<4 { ends.append(await relay.send(mail()).end) }
    #expect(ends == [.accepted, .accepted, .refused, .refused])
    #expect(server.record.connections == 1)
    #expect(server.record.commands.filter { $0 == "RSET" }.count == 1)
    await engine.stop(within: .seconds(5))
  }

  @Test func `no dot goes to a server that asks for the message of a refused recipient`() async throws {
    let server = try FaultSMTPServer(
      .init(replies: ["RCPT": .line("550 5.1.1 no")], takesDataWithoutRecipient: true))
    let engine = try TransferEngine()
    let relay = engine.relay(configuration(server, connections: 1)) { _ in }
    for _ in 0..<2 { #expect(await relay.send(mail()).reply?.code == 550) }
    await engine.stop(within: .seconds(5))
    #expect(server.record.connections == 2)
    #expect(server.record.messages.isEmpty)
  }

  @Test func `a mail that meets a connection the server gave up goes over a new one`() async throws {
    let server = try FaultSMTPServer(.init(replies: ["MAIL": .drop], fromTransaction: 2))
    let engine = try TransferEngine()
    let relay = engine.relay(configuration(server, connections: 1)) { _ in }
    #expect(await relay.send(mail()).end == .accepted)
    #expect(await relay.send(mail()).end == .accepted)
    #expect(server.record.connections == 2)
    #expect(server.record.messages.count == 2)
    await engine.stop(within: .seconds(5))
  }

  @Test func `a connection is closed after its number of mails`() async throws {
    let server = try FaultSMTPServer()
    let engine = try TransferEngine()
    var configuration = configuration(server, connections: 1)
    configuration.mailsPerConnection = 2
    let relay = engine.relay(configuration) { _ in }
    for _ in 0..<4 { #expect(await relay.send(mail()).end == .accepted) }
    #expect(server.record.connections == 2)
    await engine.stop(within: .seconds(5))
  }

  @Test func `an address that needs SMTPUTF8 is not sent without it`() async throws {
    let server = try FaultSMTPServer(.init(extensions: ["PIPELINING"]))
    let engine = try TransferEngine()
    let relay = engine.relay(configuration(server)) { _ in }
    var unicode = mail()
    unicode.recipients = [try EnvelopeAddress("安@example.org")]
    let result = await relay.send(unicode)
    #expect(result.end == .unsupported)
    #expect(result.detail == "the server does not offer SMTPUTF8, which the address needs")
    #expect(await relay.send(mail()).end == .accepted)
    await engine.stop(within: .seconds(5))
  }

  @Test func `the commands carry what the server offers`() async throws {
    let server = try FaultSMTPServer()
    let engine = try TransferEngine()
    let relay = engine.relay(configuration(server)) { _ in }
    var eightBit = mail()
    eightBit.message = Array("Subject: é\n\n.dot\n".utf8)
    #expect(await relay.send(eightBit).end == .accepted)
    #expect(
      server.record.commands.dropFirst() == [
        "MAIL FROM:<from@example.org> SIZE=22 BODY=8BITMIME", "RCPT TO:<to@example.org>", "DATA",
      ])
    #expect(server.record.messages == [Array("Subject: é\r\n\r\n..dot\r\n".utf8)])
    await engine.stop(within: .seconds(5))
  }

  @Test func `no description shows the password`() throws {
    let configuration = SMTPRelay.Configuration(
      host: "smtp.example", port: 465, security: .implicitTLS, username: "shop", password: Secret("hunter2"))
    #expect("\(configuration)" == "smtps://<login>@smtp.example:465 (implicit_tls)")
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("hunter2"))
  }

  private func configuration(
    _ server: FaultSMTPServer, security: SMTPRelay.Security = .none, login: Bool = false, connections: Int = 2
  ) -> SMTPRelay.Configuration {
    var configuration = SMTPRelay.Configuration(
      host: "127.0.0.1", port: server.port, security: security, username: login ? "user" : nil,
      password: login ? Secret("word") : nil, clientName: "client.test", maximumConnections: connections)
    configuration.timeouts.connect = .milliseconds(400)
    configuration.timeouts.reply = .milliseconds(400)
    configuration.timeouts.dotReply = .milliseconds(400)
    return configuration
  }
}
