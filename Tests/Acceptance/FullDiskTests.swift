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

  @Test(.canMount)
  func `a full disk is answered with 503 and waited out`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTrigger(
        "welcome",
        "when: {event: order_completed, only: first}\nsteps:\n  - {after: 100ms, channel: email, template: welcome}"
      )
      try shop.addTemplate("welcome", subject: "Hello", "Hello.")
      let (daemon, disk) = try await Self.start(shop)
      #expect(try await shop.post(Self.order("a-1")).status == 200)

      // The disk as the daemon sees it, seen from outside.
      let filler = "/proc/\(daemon.pid)/root\(disk)/filler"
      try FullDisk.fill(filler)
      // What the log held may be taken in once or twice and leave some room; then the ballast goes.
      let ballast = "/proc/\(daemon.pid)/root\(disk)/reprise.db-ballast"
      var number = 0
      try await eventually("end of all room", within: .seconds(60), context: { daemon.text }) {
        for _ in 0..<50 {
          number += 1
          let answer = try await shop.post(Self.order("b-\(number)"))
          if answer.status == 503 {
            #expect(answer.body.contains("send them again"))
            try await Task.sleep(for: .milliseconds(1500))
            let ready = try await PlainHTTP.send("GET", "/readyz", port: shop.port)
            return ready.status == 503 && !Files.exists(ballast)
          }
          #expect(answer.status == 200, "\(answer)")
        }
        return false
      }
      #expect(try await shop.post(Self.order("b-last")).status == 503)
      #expect(try await PlainHTTP.send("GET", "/healthz", port: shop.port).status == 200)
      #expect(daemon.exitStatus == nil, "\(daemon.text)")

      // The refused event turned readiness, and nothing that only reads turns it back.
      let began = SystemTime.monotonic()
      while SystemTime.monotonic() - began < .seconds(4) {
        let ready = try await PlainHTTP.send("GET", "/readyz", port: shop.port)
        #expect(ready.status == 503, "\(ready)")
        #expect(ready.body.hasPrefix("the store cannot be written: full: "), "\(ready)")
        #expect(ready.head.contains("Retry-After: 5"))
        try await Task.sleep(for: .milliseconds(100))
      }
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      #expect(metrics.contains("reprise_store_writable 0\n"))
      let failures = daemon.lines(with: "event=store_failed").count
      #expect((1...5).contains(failures), "\(daemon.text)")

      // Nobody sends to a daemon that is not ready: it finds out by itself that there is room again.
      try Files.remove(filler)
      try await eventually("readiness", within: .seconds(10), context: { daemon.text }) {
        try await PlainHTTP.send("GET", "/readyz", port: shop.port).status == 200
      }
      #expect(daemon.lines(with: "event=store_writable_again").count == failures, "\(daemon.text)")
      try await eventually("recovery", within: .seconds(60), context: { daemon.text }) {
        try await shop.post(Self.order("c-1")).status == 200
      }
      try await eventually("message of the order after the recovery", context: { daemon.text }) {
        !daemon.lines(with: "event=message_sent", "customer=c-1").isEmpty
      }
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  /// A daemon whose store lies on a small file system that only it sees.
  private static func start(_ shop: TestShop) async throws -> (daemon: Child, disk: String) {
    let disk = shop.directory + "/disk"
    try Files.makeDirectories(disk)
    let daemon = try shop.adopt(
      Child(
        [
          "/usr/bin/unshare", "-Urm", "/bin/sh", "-c", script, "sh", disk, try Program.path(), "run",
          "--config", shop.configuration, "--store", "sqlite://\(disk)/reprise.db",
        ], environment: shop.environment, output: shop.log))
    try await shop.waitUntilReady(daemon)
    return (daemon, disk)
  }

  @Test(.canMount)
  func `on a full disk a person's word is still taken`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let (daemon, disk) = try await Self.start(shop)
      let seen = "/proc/\(daemon.pid)/root\(disk)"
      // Until the log of the database has all its room: what is said next needs room in the journal alone.
      var (size, unchanged, posts) = (Int64(0), 0, 0)
      while unchanged < 4, posts < 400 {
        posts += 1
        #expect(try await shop.post(Self.order("a-\(posts)")).status == 200)
        let now = try Files.status(seen + "/reprise.db-wal").size
        unchanged = now == size ? unchanged + 1 : 0
        size = now
      }
      try FullDisk.fill(seen + "/filler")
      func suppress(_ number: Int) async throws -> JSON {
        try await shop.ask([
          "command": "suppress", "channel": "email", "address": .string("n\(number)@customers.example"),
        ])
      }
      // The first to find no room in the database or in the journal makes it, and is taken too.
      var refusals: [JSON] = []
      for number in 0..<600 {
        let answer = try await suppress(number)
        if answer["error"] != nil { refusals.append(answer) }
      }
      #expect(refusals.isEmpty, "\(refusals.count), first \(refusals.first as Any)\n\(daemon.text)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  /// Imports twice on a small file system: with hardly any room, and again when there is some.
  private static let importing = """
    mount -t tmpfs -o size=24m none "$1" || exit 99
    head -c 20m /dev/zero > "$1/filler"
    shift
    "$@" > first.log 2>&1; echo $? > first.status
    rm disk/filler
    exec "$@"
    """

  @Test(.canMount)
  func `an import that fills the disk says where it stopped, and goes on from there`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let disk = shop.directory + "/disk"
      try Files.makeDirectories(disk)
      let rows = 60_000
      var text = "id,email,first_name\n"
      for row in 1...rows { text += "c\(row),c\(row)@customers.example,Name\(row)\n" }
      let file = shop.directory + "/customers.csv"
      try Files.write(Array(text.utf8), to: file)
      let finished = try await Answer.of(
        [
          "/usr/bin/unshare", "-Urm", "/bin/sh", "-c", Self.importing, "sh", disk, try Program.path(),
          "import",
          "customers", file, "--config", shop.configuration, "--store", "sqlite://\(disk)/reprise.db",
          "--json",
        ], environment: shop.environment, directory: shop.directory)
      let first = try Files.readText(shop.directory + "/first.log", limit: 1 << 20)
      #expect(try Files.readText(shop.directory + "/first.status") == "74\n", "\(first)")
      let stop = try #require(first.firstRange(of: "stopped before line "), "\(first)")
      let line = first[stop.upperBound...].prefix { $0 != ":" }
      #expect(first.contains("database or disk is full"), "\(first)")
      #expect(
        first.hasSuffix("Everything before that line is imported. The same command goes on from there.\n"),
        "\(first)")
      #expect(finished.status == 0, "\(finished)")
      let report = try finished.json()
      #expect(report["imported"]?.integerValue == Int64(rows), "\(finished)")
      #expect(report["continued_at_line"]?.integerValue == Int64(line), "\(finished)")
    }
  }

  /// An order with so many properties that a few of them fill what the store has in reserve.
  private static func order(_ id: String) -> [JSON] {
    TestShop.order(id, id, note: String(repeating: "x", count: 8000))
  }
}
