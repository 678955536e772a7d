import Glibc
import Platform
import Support
import Testing

/// A disk on which the store's own log could take all the room.
struct SmallDiskTests {
  /// Mounts a small file system that only the daemon and what it starts can see, then becomes the daemon.
  private static let script = """
    mount -t tmpfs -o size="$2" none "$1" || exit 99
    head -c "$3" /dev/zero > "$1/filler"
    shift 3
    exec "$@"
    """

  private func start(_ shop: TestShop, size: String, filler: String) async throws -> Child {
    let disk = shop.directory + "/disk"
    try Files.makeDirectories(disk)
    let daemon = try shop.adopt(
      Child(
        [
          "/usr/bin/unshare", "-Urm", "/bin/sh", "-c", Self.script, "sh", disk, size, filler,
          try Program.path(), "run", "--config", shop.configuration, "--store", "sqlite://\(disk)/reprise.db",
        ], environment: shop.environment, output: shop.log))
    try await shop.waitUntilReady(daemon)
    return daemon
  }

  /// What the daemon sees below its disk, seen from outside.
  private func inside(_ shop: TestShop, _ daemon: Child, _ name: String) -> String {
    "/proc/\(daemon.pid)/root\(shop.directory)/disk/\(name)"
  }

  /// Few customers whose one large trait changes all the time: little data, much writing.
  private func changes(_ round: Int) -> [JSON] {
    (0..<40).map { number in
      [
        "type": "identify", "messageId": .string("i-\(round)-\(number)"), "userId": .string("c-\(number)"),
        "traits": [
          "note": .string(String(repeating: "abcdefgh\(round % 10)", count: 1500))
        ],
      ]
    }
  }

  @Test(
    .canMount,
    arguments: [("40m", "1"), ("200m", "165m")])
  func `much writing of little data never fills the disk with the log`(
    size: String, filler: String
  )
    async throws
  {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let daemon = try await start(shop, size: size, filler: filler)
      // Some 90 MB go through the log.
      for round in 0..<120 {
        let answer = try await shop.post(changes(round))
        #expect(answer.status == 200, "round \(round): \(answer)")
        if answer.status != 200 { break }
      }
      let log = try Files.status(inside(shop, daemon, "reprise.db-wal"))
      #expect(log.size < 12 << 20, "\(log)")
      #expect(daemon.lines(with: "event=store_failed").isEmpty, "\(daemon.text)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  @Test(.canMount)
  func `on a very small disk that events have filled a person's word is still taken`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let daemon = try await start(shop, size: "24m", filler: "1")
      let note = String(repeating: "x", count: 8000)
      // Many at once, so that one transaction takes much of the room.
      var isFull = false
      for round in 0..<60 where !isFull {
        isFull = try await withThrowingTaskGroup(of: Bool.self) { group in
          for part in 0..<4 {
            group.addTask {
              let orders = (0..<60).flatMap {
                TestShop.order("c-\($0)", "o-\(round)-\(part)-\($0)", note: note)
              }
              return try await shop.post(orders).status == 503
            }
          }
          return try await group.reduce(false) { $0 || $1 }
        }
      }
      #expect(isFull)
      var refusals: [JSON] = []
      for number in 0..<300 {
        let answer = try await shop.ask([
          "command": "suppress", "channel": "email", "address": .string("n\(number)@customers.example"),
        ])
        if answer["error"] != nil { refusals.append(answer) }
      }
      #expect(refusals.isEmpty, "\(refusals.count), first \(refusals.first as Any)\n\(daemon.text)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  @Test(.canMount)
  func `on a full disk what is under way is recorded, and with room again all goes on by itself`()
    async throws
  {
    try await TestShop.run { shop in
      let held = shop.directory + "/held"
      let deliver = shop.directory + "/deliver"
      try Files.write(
        Array("#!/bin/sh\ncat > /dev/null\n: > \(held)\nwhile [ -e \(held) ]; do sleep 0.05; done\n".utf8),
        to: deliver, permissions: 0o755)
      try shop.configure(channel: "{adapter: exec, command: [\(deliver)], address: email, timeout: 60s}")
      try shop.addTrigger(
        "welcome",
        "when: {event: order_completed, only: first}\nsteps:\n  - {after: 100ms, channel: email, template: welcome}"
      )
      try shop.addTemplate("welcome", subject: "Hello", "Hello.")
      let daemon = try await start(shop, size: "40m", filler: "1")
      let ballast = inside(shop, daemon, "reprise.db-ballast")
      #expect(Files.exists(ballast))
      #expect(try await shop.post(TestShop.order("ann", "a-1")).status == 200)
      try await eventually("message under way", context: { daemon.text }) { Files.exists(held) }

      let filler = inside(shop, daemon, "filler")
      try FullDisk.fill(filler)
      try await eventually("answer 503", within: .seconds(60), context: { daemon.text }) {
        for _ in 0..<20 {
          let id = "b-\(UInt32.random(in: 0 ... .max))"
          let answer = try await shop.post(
            TestShop.order(id, id, note: String(repeating: "x", count: 8000)))
          if answer.status == 503 { return true }
        }
        return false
      }
      // The ballast was thrown off; its room is not for new events.
      try await eventually("the ballast gone", context: { daemon.text }) { !Files.exists(ballast) }
      for number in 0..<30 {
        #expect(try await shop.post(TestShop.order("d", "d-\(number)")).status == 503)
      }
      try Files.remove(held)
      try await eventually("recorded outcome", context: { daemon.text }) {
        let queue = try await shop.ask(["command": "status"])["queues"]?["email"]
        return queue?["handoff"]?.integerValue == 0
      }
      #expect(!daemon.lines(with: "event=message_sent", "customer=ann").isEmpty, "\(daemon.text)")
      let status = try await shop.ask(["command": "status"])
      #expect(
        status["store_failure"]?.stringValue?.hasPrefix("full: the disk of ") == true, "\(status)")
      #expect(try await PlainHTTP.send("GET", "/readyz", port: shop.port).status == 503)

      try Files.remove(filler)
      try await eventually("readiness", within: .seconds(10), context: { daemon.text }) {
        try await PlainHTTP.send("GET", "/readyz", port: shop.port).status == 200
      }
      #expect(try await shop.post(TestShop.order("eve", "e-1")).status == 200)
      #expect(Files.exists(ballast))
      try Files.write([], to: held)
      try? Files.remove(held)
      daemon.send(SIGTERM)
      try? Files.remove(held)
      _ = try await daemon.end()
    }
  }
}
