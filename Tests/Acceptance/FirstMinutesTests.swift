import Domain
import Platform
import Support
import Testing

/// What `make run` shows on a new machine.
struct FirstMinutesTests {
  @Test func `the example shop writes to customers of all five triggers within ten seconds, and never again`()
    async throws
  {
    try await TestShop.run { shop in
      let outbox = shop.directory + "/var/outbox"
      let first = try Self.start(shop, log: "first.log")
      let triggers: Set = ["birthday", "cart-recovery", "replenishment", "welcome", "win-back"]
      try await eventually("message of each trigger", within: .seconds(10), context: { first.text }) {
        triggers.isSubset(of: try Self.names(outbox).map { String($0.split(separator: "_")[1]) })
      }
      try await Self.waitUntilAllDueIsDone(shop, first)
      let before = try Self.contents(outbox)
      // One line for each message that went out: to whom and why; one for each held back: by what and why.
      let queued = first.lines(with: " event=message_queued ")
      #expect(queued.count == before.count)
      for line in queued {
        #expect(line.contains(" customer=") && line.contains(" to=") && line.contains(" why="), "\(line)")
      }
      #expect(first.lines(with: " event=message_sent ").count == before.count)
      let held = ["message_skipped", "message_withheld", "message_deferred"].flatMap {
        first.lines(with: " event=\($0) ")
      }
      #expect(!held.isEmpty)
      for line in held {
        #expect(
          line.contains(" customer=") && line.contains(" gate=") && line.contains(" because="), "\(line)")
      }
      #expect(first.lines(with: "level=error").isEmpty && first.lines(with: "level=warning").isEmpty)
      try await eventually("what to try next", context: { first.text }) {
        ["curl ", "explain ", "preview ", "reload "].allSatisfy { first.text.contains($0) }
      }
      first.send(15)
      #expect(try await first.end() == 0, "\(first.text)")

      let second = try Self.start(shop, log: "second.log")
      try await shop.waitUntilReady(second)
      try await Self.waitUntilAllDueIsDone(shop, second)
      let after = try Self.contents(outbox)
      for (name, content) in before { #expect(after[name] == content, "\(name) was written again") }
      // What became due meanwhile may come, but nobody gets the same step twice.
      let steps = after.keys.map { $0.split(separator: "_").dropFirst().dropLast().joined(separator: "_") }
      #expect(Set(steps).count == steps.count, "\(steps.sorted())")
      #expect(second.lines(with: " event=message_sent ").count == after.count - before.count)
      second.send(15)
      #expect(try await second.end() == 0, "\(second.text)")
    }
  }

  private static func start(_ shop: TestShop, log: String) throws -> Child {
    try shop.adopt(
      Child(
        [
          try Program.path(), "run", "--config", Repository.path("config"), "--demo", "--log-format",
          "logfmt",
          "--var", shop.directory + "/var", "--control", shop.control, "--listen", "127.0.0.1:\(shop.port)",
        ], environment: ["NO_COLOR": "1"], output: FilePath.join(shop.directory, log)))
  }

  /// Until nothing is queued and the next thing due lies in the future.
  private static func waitUntilAllDueIsDone(_ shop: TestShop, _ daemon: Child) async throws {
    try await eventually("end of what is due", context: { daemon.text }) {
      let status = try await shop.ask(["command": "status"])
      let unfinished = (status["queues"]?.objectValue ?? JSONObject()).contains { queue in
        ["queued", "leased", "handoff"].contains { queue.value[$0]?.integerValue ?? 0 > 0 }
      }
      guard !unfinished, let next = status["next_due_at"]?.stringValue else { return false }
      guard let due = Instant(iso8601: next) else { return false }
      return due > Instant(milliseconds: SystemTime.wallMilliseconds())
    }
  }

  private static func names(_ directory: String) throws -> [String] {
    guard Files.exists(directory) else { return [] }
    return try Files.names(in: directory).filter { !$0.contains(".tmp-") }
  }

  private static func contents(_ directory: String) throws -> [String: [UInt8]] {
    try names(directory).reduce(into: [:]) { $0[$1] = try Files.read(FilePath.join(directory, $1)) }
  }
}
