import Glibc
import Platform
import Support
import Testing

/// Against Postfix's own test receiver.
@Suite struct SMTPSinkTests {
  @Test(.timeLimit(.minutes(1)))
  func `smtp-sink receives every mail once, released in groups`() async throws {
    let sink = try SMTPSink()
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
      ("-r", "RCPT", SMTPStage.envelope, SMTPEnd.refused, 450), ("-f", "MAIL", .envelope, .refused, 500),
      ("-f", ".", .dotSent, .refused, 500),
      ("-Q", "DATA", .envelope, .refused, 421),
    ])
  func `what smtp-sink refuses is reported`(
    flag: String, command: String, stage: SMTPStage, end: SMTPEnd, code: Int
  ) async throws {
    let sink = try SMTPSink([flag, command])
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

/// A running smtp-sink on a free loopback port.
private final class SMTPSink {
  let port: UInt16
  private let pid: pid_t

  init(_ options: [String] = []) throws {
    // The port may be taken in between by another program: the next round asks for another.
    for _ in 0..<10 {
      let port = try LoopbackListener.unusedPort()
      var arguments = ["smtp-sink"] + options
      if getuid() == 0 { arguments += ["-u", "nobody"] }
      arguments += ["127.0.0.1:\(port)", "1000"]
      var pid: pid_t = 0
      var argv = arguments.map { strdup($0) } + [nil]
      defer { argv.forEach { free($0) } }
      guard posix_spawn(&pid, "/usr/sbin/smtp-sink", nil, nil, &argv, environ) == 0 else {
        throw SpawnError(program: "smtp-sink", code: errno)
      }
      if Self.isReady(port, pid: pid) {
        self.port = port
        self.pid = pid
        return
      }
    }
    throw SpawnError(program: "smtp-sink", code: EADDRINUSE)
  }

  /// Waits for the greeting; false when the program ended instead.
  private static func isReady(_ port: UInt16, pid: pid_t) -> Bool {
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      if let socket = try? LoopbackSocket(connectingTo: port), socket.readLine() != nil { return true }
      sched_yield()
    }
    return false
  }

  /// By SIGKILL: a child of a dispatch thread starts with SIGTERM blocked.
  func stop() {
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }
}
