import Glibc
import Platform
import Support
import Testing

/// `kill -9` at random moments while events keep coming: nothing lost, nothing twice.
struct CrashTests {
  /// Of each store. `make storm` has 150.
  private static let kills = rounds(20)

  @Test(arguments: StoreKind.allCases)
  func `kills lose no message and send none twice`(_ kind: StoreKind) async throws {
    var random = SeededGenerator()
    let rerun = "\(random)"
    print("kills on \(kind.rawValue): \(rerun)")
    try await TestShop.run(kind) { shop in
      let sink = try await shop.startMailSink()
      try shop.configureMail(sink)
      try shop.addTriggersOfSeconds()
      var daemon = try await shop.start()
      let stop = shop.directory + "/stop"
      let python = try shop.python("stream", "s", stop, "30")
      for kill in 0..<Self.kills {
        // The moment of the kill is the test's subject; it may lie before the daemon is ready.
        try await Task.sleep(for: .milliseconds(Int(random.next() % 1800)))
        // Every other time it is the worst moment: a mail has just been taken, its answer is on the way.
        if kill % 2 == 1 { try Self.waitForMail(sink) }
        if let status = daemon.exitStatus { throw DaemonEnded(status: status, log: daemon.text) }
        daemon.kill()
        daemon = try shop.launch()
      }
      try await shop.waitUntilReady(daemon)
      try Files.write([], to: stop)
      #expect(try await python.end(within: .seconds(90)) == 0, "\(python.text)")
      let sent = try JSON.parse(Array(python.text.utf8))
      try await shop.waitUntilIdle()
      let record = try await Record(of: sent, shop)
      daemon.send(15)
      #expect(try await daemon.end() == 0, "\(daemon.text.suffix(2000))")

      let mails = try sink.mails()
      let copies = Dictionary(grouping: mails.compactMap(\.uid)) { $0 }.mapValues(\.count)
      let twice = copies.filter { $0.value > 1 }
      #expect(mails.count == mails.compactMap(\.uid).count)
      #expect(twice.isEmpty, "\(rerun): \(twice)")
      let lost = record.sent.filter { copies[$0] == nil }
      #expect(lost.isEmpty, "\(rerun): recorded as sent but not received: \(lost)")
      let unknown = copies.keys.filter { !record.sent.contains($0) && !record.ambiguous.contains($0) }
      #expect(unknown.isEmpty, "\(rerun): received but not recorded: \(unknown)")
      #expect(record.missing.isEmpty, "\(rerun): never decided: \(record.missing)")
      #expect(record.others.isEmpty, "\(rerun): \(record.others)")
      let delivered = record.ambiguous.count { copies[$0] != nil }
      print(
        "\(Self.kills) kills on \(kind.rawValue): \(record.expected) messages expected, \(mails.count) received, "
          + "\(lost.count + record.missing.count) lost, \(twice.count) twice, \(record.ambiguous.count) ambiguous "
          + "(\(delivered) of them received)")
    }
  }

  /// Returns within microseconds of a mail's arrival, or after two seconds without one.
  private static func waitForMail(_ sink: SMTPSink) throws {
    let before = try sink.count()
    let deadline = SystemTime.monotonic() + .seconds(2)
    while try sink.count() <= before, SystemTime.monotonic() < deadline { sched_yield() }
  }

  /// What the program says about every message that had to come.
  private struct Record {
    var expected = 0
    var sent: Set<String> = []
    var ambiguous: Set<String> = []
    /// Steps without a decision to send.
    var missing: [String] = []
    /// Messages in any other state.
    var others: [String] = []

    init(of events: JSON, _ shop: TestShop) async throws {
      for (kind, steps) in [("orders", ["1", "2"]), ("carts", ["1"])] {
        for member in events[kind]?.objectValue ?? JSONObject() {
          expected += steps.count
          let answer = try await shop.ask(["command": "explain", "customer": .string(member.key)])
          var found: [String: JSON] = [:]
          for trigger in answer["triggers"]?.arrayValue ?? [] {
            for enrollment in trigger["enrollments"]?.arrayValue ?? [] {
              for decision in enrollment["decisions"]?.arrayValue ?? [] {
                guard let step = decision["step"]?.stringValue, let message = decision["message"] else {
                  continue
                }
                found[step] = message
              }
            }
          }
          for step in steps {
            guard let message = found[step], let uid = message["uid"]?.stringValue else {
              missing.append("\(member.key) step \(step): \(answer.text())")
              continue
            }
            switch message["state"]?.stringValue {
            case "sent": sent.insert(uid)
            case "ambiguous": ambiguous.insert(uid)
            default: others.append("\(member.key) step \(step): \(message.text())")
            }
          }
        }
      }
    }
  }
}
