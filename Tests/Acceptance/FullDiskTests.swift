import Glibc
import Platform
import Support
import Testing

/// A disk that fills up and has room again, while the daemon runs.
struct FullDiskTests {
  /// Mounts a small file system that only the daemon and what it starts can see, then becomes the daemon.
  private static let script = """
    mount -t tmpfs -o size=6m none "$1" || exit 99
    shift
    exec "$@"
    """

  private static func canMount() -> Bool {
    (try? ChildProcess(
      ["/usr/bin/unshare", "-Urm", "/bin/mount", "-t", "tmpfs", "none", "/mnt"], environment: .process
    ).runBlocking().ending) == .exited(0)
  }

  @Test(.enabled(if: canMount(), "this machine lets nobody mount a small file system"))
  func `a full disk is answered with 503 and waited out`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTrigger(
        "welcome",
        "when: {event: order_completed, only: first}\nsteps:\n  - {after: 100ms, channel: email, template: welcome}"
      )
      try shop.addTemplate("welcome", subject: "Hello", "Hello.")
      let disk = shop.directory + "/disk"
      try Files.makeDirectories(disk)
      let daemon = try shop.adopt(
        Child(
          [
            "/usr/bin/unshare", "-Urm", "/bin/sh", "-c", Self.script, "sh", disk, try Program.path(), "run",
            "--config", shop.configuration, "--store", "sqlite://\(disk)/reprise.db",
          ], environment: shop.environment, output: shop.log))
      try await shop.waitUntilReady(daemon)
      #expect(try await shop.post(Self.order("a-1")).status == 200)

      // The disk as the daemon sees it, seen from outside.
      let filler = "/proc/\(daemon.pid)/root\(disk)/filler"
      try Self.fill(filler)
      try await eventually("answer 503", within: .seconds(60), context: { daemon.text }) {
        var number = 0
        while number < 200 {
          number += 1
          let answer = try await shop.post(Self.order("b-\(number)"))
          if answer.status == 503 { return answer.body.contains("send them again") }
          #expect(answer.status == 200, "\(answer)")
        }
        return false
      }
      #expect(try await PlainHTTP.send("GET", "/healthz", port: shop.port).status == 200)
      #expect(daemon.exitStatus == nil, "\(daemon.text)")

      try Files.remove(filler)
      try await eventually("recovery", within: .seconds(60), context: { daemon.text }) {
        try await shop.post(Self.order("c-1")).status == 200
      }
      try await eventually("readiness", context: { daemon.text }) {
        try await PlainHTTP.send("GET", "/readyz", port: shop.port).status == 200
      }
      try await eventually("message of the order after the recovery", context: { daemon.text }) {
        !daemon.lines(with: "event=message_sent", "customer=c-1").isEmpty
      }
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  /// Takes all the room there is.
  private static func fill(_ path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError.last("fill the disk") }
    defer { close(descriptor) }
    for size in [65_536, 4096] {
      let chunk = [UInt8](repeating: 0, count: size)
      while write(descriptor, chunk, size) == size {}
    }
    guard errno == ENOSPC else { throw SystemError.last("fill the disk") }
  }

  /// An order with so many properties that a few of them fill what the store has in reserve.
  private static func order(_ id: String) -> [JSON] {
    [
      [
        "type": "identify", "messageId": .string("i-" + id), "userId": .string(id),
        "traits": ["email": .string("\(id)@customers.example")],
      ],
      [
        "type": "track", "messageId": .string("t-" + id), "userId": .string(id), "event": "Order Completed",
        "properties": [
          "order_id": .string(id), "total": 20, "note": .string(String(repeating: "x", count: 8000)),
        ],
      ],
    ]
  }
}
