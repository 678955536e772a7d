import Glibc
import Platform
import Testing

@Suite struct ServiceTests {
  @Test func `systemd hears datagrams in its own words`() throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    for name in [FilePath.join(directory, "notify"), "@reprise-test-\(getpid())"] {
      let listener = try DatagramListener(name)
      let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": name])
      notifier.ready(status: "up\nREADY=0")
      #expect(listener.next() == "READY=1\nSTATUS=up READY=0")
      notifier.status("3 due")
      #expect(listener.next() == "STATUS=3 due")
      notifier.watchdog()
      #expect(listener.next() == "WATCHDOG=1")
      notifier.stopping()
      #expect(listener.next() == "STOPPING=1")
      notifier.extendTimeout(by: .seconds(5))
      #expect(listener.next() == "EXTEND_TIMEOUT_USEC=5000000")
      let before = SystemTime.monotonic()
      notifier.reloading()
      let parts = listener.next().split(separator: "\n")
      #expect(parts.first == "RELOADING=1")
      let time = try #require(parts.last.flatMap { Int64($0.dropFirst("MONOTONIC_USEC=".count)) })
      #expect(Duration.microseconds(time) >= before - .milliseconds(1))
    }
  }

  @Test func `without systemd nothing happens`() {
    let notifier = ServiceNotifier(environment: [:])
    notifier.ready()
    ServiceNotifier(environment: ["NOTIFY_SOCKET": "/nowhere/socket"]).ready()
    ServiceNotifier(environment: ["NOTIFY_SOCKET": String(repeating: "x", count: 300)]).ready()
  }

  @Test(
    arguments: [
      ([:], nil), (["WATCHDOG_USEC": "60000000"], .seconds(30)),
      (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"], .seconds(30)),
      (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "43"], nil), (["WATCHDOG_USEC": "0"], nil),
      (["WATCHDOG_USEC": "x"], nil),
    ] as [(Environment, Duration?)])
  func `the watchdog is fed twice per interval`(environment: Environment, interval: Duration?) {
    #expect(ServiceNotifier.watchdogInterval(environment: environment, processID: 42) == interval)
  }

  @Test func `clocks run forward`() {
    let (wall, monotonic, boot) = (
      SystemTime.wallMilliseconds(), SystemTime.monotonic(), SystemTime.sinceBoot()
    )
    #expect(wall > 1_700_000_000_000)
    #expect(SystemTime.monotonic() >= monotonic)
    #expect(SystemTime.sinceBoot() >= boot)
  }

  @Test func `usage of this process is plausible`() {
    let usage = ResourceUsage.current()
    #expect(usage.residentBytes > 1 << 20)
    #expect(usage.peakResidentBytes >= usage.residentBytes / 2)
    #expect(usage.processorTime > .zero)
  }

  @Test func `a terminal is recognised and colour can be refused`() {
    let file = Terminal(descriptor: -1, environment: ["COLUMNS": "120"])
    #expect(file == Terminal(isTerminal: false, width: 120, usesColor: false))
    var (main, side): (Int32, Int32) = (0, 0)
    // `struct winsize` as its four fields: Swift finds the type in several modules and then refuses its members.
    var size: (rows: UInt16, columns: UInt16, UInt16, UInt16) = (24, 132, 0, 0)
    let opened = withUnsafeMutableBytes(of: &size) {
      openpty(&main, &side, nil, nil, $0.baseAddress?.assumingMemoryBound(to: winsize.self))
    }
    #expect(opened == 0)
    defer {
      close(main)
      close(side)
    }
    #expect(
      Terminal(descriptor: side, environment: [:]) == Terminal(isTerminal: true, width: 132, usesColor: true))
    #expect(!Terminal(descriptor: side, environment: ["NO_COLOR": "1"]).usesColor)
    #expect(Terminal(descriptor: side, environment: ["NO_COLOR": ""]).usesColor)
    #expect(!Terminal(descriptor: side, environment: ["TERM": "dumb"]).usesColor)
    #expect(LogFormat.detect(descriptor: side, environment: [:]) == .terminal(color: true))
  }

  @Test func `the environment holds what the process was given`() throws {
    let path = try #require(getenv("PATH").map { String(cString: $0) })
    #expect(Environment.process["PATH"] == path)
    #expect(Environment.process["REPRISE_SURELY_NOT_SET"] == nil)
  }

  @Test func `a monitor wakes who waits and gives up in time`() async throws {
    let monitor = Monitor(0)
    try WorkerThread.start("test") { monitor.update { $0 = 1 } }
    #expect(monitor.wait(timeout: .seconds(10)) { $0 == 1 ? "seen" : nil } == "seen")
    #expect(monitor.wait(timeout: .milliseconds(1)) { $0 == 2 ? "seen" : nil } == nil)
    #expect(try await WorkerThread.run("test") { monitor.read { $0 } } == 1)
    await #expect(throws: SystemError("try 'x'", code: ENOENT)) {
      try await WorkerThread.run("test") { throw SystemError("try 'x'", code: ENOENT) }
    }
    #expect(SystemError("try 'x'", code: ENOENT).description == "cannot try 'x': No such file or directory")
  }

  @Test func `signals come as a stream`() async {
    // In a process of its own: blocking signals is for good.
    await #expect(processExitsWith: .success) {
      let signals = try Signals()
      kill(getpid(), SIGPIPE)
      signals.send(.hangUp)
      var iterator = signals.stream.makeAsyncIterator()
      #expect(await iterator.next() == .hangUp)
      signals.send(.terminate)
      #expect(await iterator.next() == .terminate)
    }
  }
}

/// Receives datagrams on a unix socket.
private final class DatagramListener: Sendable {
  private let descriptor: Int32

  init(_ name: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(name.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: bytes)
      if bytes.first == UInt8(ascii: "@") { $0[0] = 0 }
    }
    let length = socklen_t(2 + bytes.count + (bytes.first == UInt8(ascii: "@") ? 0 : 1))
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard result == 0 else { throw SystemError.last("bind") }
  }

  deinit { close(descriptor) }

  func next() -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }
}
