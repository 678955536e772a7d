import Glibc
import Platform
import Testing

@Suite struct ControlTests {
  /// Runs `body` against a server in a directory of its own, on a thread that may block.
  private func withServer(
    _ handler: @escaping ControlServer.Handler, _ body: @escaping @Sendable (String) throws -> Void
  ) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    let path = FilePath.join(directory, "control.sock")
    let server = try ControlServer(path: path, handler: handler)
    defer { server.stop() }
    try await WorkerThread.run("client") { try body(path) }
  }

  @Test func `a request gets the lines of its reply, one connection several requests`() async throws {
    try await withServer { request, reply in
      for i in 0..<(request["count"]?.integerValue ?? 0) {
        await reply.send(["line": .integer(i), "text": "a\nb"])
      }
    } _: { path in
      #expect(try Files.status(path).permissions == 0o600)
      var client = try ControlClient(path: path)
      for count in [3, 0, 1] as [Int64] {
        var lines: [JSON] = []
        try client.call(["count": .integer(count)]) { lines.append($0) }
        #expect(lines == (0..<count).map { ["line": .integer($0), "text": "a\nb"] })
      }
      #expect(try client.call(["count": 2]) == ["line": 1, "text": "a\nb"])
    }
  }

  @Test func `many clients are served at once`() async throws {
    try await withServer { request, reply in
      await reply.send(request)
    } _: { path in
      var first = try ControlClient(path: path)
      var second = try ControlClient(path: path)
      #expect(try second.call(["n": 2]) == ["n": 2])
      #expect(try first.call(["n": 1]) == ["n": 1])
    }
  }

  @Test func `a reply larger than every buffer arrives whole`() async throws {
    try await withServer { _, reply in
      for i in 0..<2000 as Range<Int64> {
        guard await reply.send(["i": .integer(i), "filler": .string(String(repeating: "x", count: 5000))])
        else { return }
      }
    } _: { path in
      var client = try ControlClient(path: path)
      var next: Int64 = 0
      try client.call([:]) { line in
        #expect(line["i"]?.integerValue == next)
        next += 1
      }
      #expect(next == 2000)
    }
  }

  @Test func `a handler learns that its reader is gone`() async throws {
    let learned = Monitor(false)
    try await withServer { _, reply in
      while await reply.send(["filler": .string(String(repeating: "x", count: 100_000))]) {}
      learned.update { $0 = true }
    } _: { path in
      _ = try rawSend(path, "{}\n", reading: 1)
      #expect(learned.wait(timeout: .seconds(30)) { $0 ? true : nil } == true)
    }
  }

  @Test func `what is not JSON is answered with its error`() async throws {
    try await withServer { _, _ in
    } _: { path in
      let answer = try rawSend(path, "{oops}\n{}\n", reading: 200)
      #expect(
        answer
          == #"{"error":"invalid JSON at line 1, column 2 (byte 1): found 'o' where a key in quotes should stand"}"#
          + "\n\n\n")
    }
  }

  @Test func `a line without end is refused`() async throws {
    try await withServer { _, _ in
    } _: { path in
      let answer = try rawSend(path, String(repeating: "x", count: (16 << 20) + 200_000), reading: 200)
      #expect(answer == #"{"error":"a line is longer than 16 MiB; send less at once"}"# + "\n\n")
      var client = try ControlClient(path: path)
      #expect(throws: ControlError.tooLong(limit: 16 << 20)) {
        try client.call(.string(String(repeating: "x", count: 16 << 20)))
      }
    }
  }

  @Test func `a socket on which somebody answers is left to them, one that is dead is replaced`() async throws
  {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    let path = FilePath.join(directory, "control.sock")
    let first = try ControlServer(path: path) { _, reply in await reply.send(["is": "first"]) }
    let error = #expect(throws: ControlError.self) { _ = try ControlServer(path: path) { _, _ in } }
    #expect(error == .inUse(path: path))
    #expect(error?.description == "another daemon listens on '\(path)'")
    #expect(try await ask(path) == ["is": "first"])
    // As a killed daemon leaves it: the name without a listener.
    let dead = FilePath.join(directory, "dead.sock")
    #expect(rename(path, dead) == 0)
    first.stop()
    let second = try ControlServer(path: dead) { _, reply in await reply.send(["is": "second"]) }
    #expect(try await ask(dead) == ["is": "second"])
    second.stop()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a socket on which somebody hangs is left to them, and nobody waits for it`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    let path = FilePath.join(directory, "control.sock")
    func unixSocket() -> FileDescriptor {
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
      return FileDescriptor(owning: socket(AF_UNIX, kind, 0))
    }
    let hung = unixSocket()
    #expect(onAddress(path) { bind(hung.raw, $0, $1) } == 0 && listen(hung.raw, 0) == 0)
    let first = unixSocket()
    let second = unixSocket()
    #expect(onAddress(path) { connect(first.raw, $0, $1) } == 0)
    #expect(onAddress(path) { connect(second.raw, $0, $1) } == -1 && errno == EAGAIN)
    let error = try await WorkerThread.run("server") { () -> ControlError? in
      do throws(ControlError) {
        _ = try ControlServer(path: path) { _, _ in }
        return nil
      } catch {
        return error
      }
    }
    #expect(error == .inUse(path: path))
    _ = hung
    _ = first
    _ = second
  }

  @Test(.timeLimit(.minutes(2)))
  func `connections that ask nothing give their place to one that does, those that are answered keep it`()
    async throws
  {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    let path = FilePath.join(directory, "control.sock")
    let isAsked = Monitor(false)
    let isOver = Monitor(false)
    let server = try ControlServer(path: path, patience: .zero) { request, reply in
      if request["wait"] != nil {
        isAsked.update { $0 = true }
        try? await WorkerThread.run("handler") { _ = isOver.wait { $0 ? true : nil } }
      }
      await reply.send(["n": request["n"] ?? 0])
    }
    defer { server.stop() }
    let patient = Task { try await ask(path, ["wait": true, "n": 1]) }
    try await WorkerThread.run("client") {
      #expect(isAsked.wait(timeout: .seconds(60)) { $0 ? true : nil } == true)
      var silent: [Int32] = []
      defer { for descriptor in silent { close(descriptor) } }
      for _ in 0..<40 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        silent.append(descriptor)
        #expect(onAddress(path) { connect(descriptor, $0, $1) } == 0)
      }
      // The beginning of a request is none.
      _ = send(silent[39], "{", 1, Int32(MSG_NOSIGNAL))
      for number in 2..<40 as Range<Int64> {
        var client = try ControlClient(path: path)
        #expect(try client.call(["n": .integer(number)]) == ["n": .integer(number)])
      }
      isOver.update { $0 = true }
    }
    #expect(try await patient.value == ["n": 1])
  }

  @Test func `a place is not taken away before its time`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    let path = FilePath.join(directory, "control.sock")
    let server = try ControlServer(path: path, patience: .seconds(3600)) { _, reply in await reply.send([:]) }
    defer { server.stop() }
    try await WorkerThread.run("client") {
      var silent: [Int32] = []
      defer { for descriptor in silent { close(descriptor) } }
      for _ in 0..<32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        silent.append(descriptor)
        #expect(onAddress(path) { connect(descriptor, $0, $1) } == 0)
      }
      var client = try ControlClient(path: path)
      #expect(throws: ControlError.closed) { try client.call([:]) }
    }
  }

  /// On a thread that may block.
  private func ask(_ path: String, _ request: JSON = [:]) async throws -> JSON? {
    try await WorkerThread.run("client") {
      var client = try ControlClient(path: path)
      return try client.call(request)
    }
  }

  @Test func `a stopped server is not there any more`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    let path = FilePath.join(directory, "control.sock")
    for _ in 0..<2 {
      let server = try ControlServer(path: path) { _, reply in await reply.send([:]) }
      try await WorkerThread.run("client") {
        var client = try ControlClient(path: path)
        #expect(try client.call([:]) == [:])
        server.stop()
        #expect(throws: ControlError.closed) { try client.call([:]) }
      }
      let error = #expect(throws: ControlError.self) { _ = try ControlClient(path: path) }
      #expect(error?.description == "no daemon listens on '\(path)'; start it, or check the path")
    }
    #expect(throws: ControlError.invalidPath("")) { _ = try ControlClient(path: "") }
    let long = String(repeating: "x", count: 200)
    let error = #expect(throws: ControlError.self) { _ = try ControlServer(path: long) { _, _ in } }
    #expect(error?.description == "'\(long)' cannot be a socket's path: it is empty or longer than 107 bytes")
  }
}

private func onAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
  return withUnsafePointer(to: address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}

/// Sends bytes and reads until `count` bytes or the end, or until the server has nothing more to say.
private func rawSend(_ path: String, _ text: String, reading count: Int) throws -> String {
  // Close-on-exec: a program that another test starts meanwhile would keep the connection open.
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  defer { close(descriptor) }
  let result = onAddress(path) { connect(descriptor, $0, $1) }
  guard result == 0 else { throw SystemError.last("connect") }
  let bytes = Array(text.utf8)
  var sent = 0
  while sent < bytes.count {
    let step = bytes.withUnsafeBytes {
      send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
    }
    if step <= 0 { break }
    sent += step
  }
  shutdown(descriptor, Int32(SHUT_WR))
  var answer: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: count)
  while answer.count < count {
    let step = recv(descriptor, &buffer, count - answer.count, 0)
    if step <= 0 { break }
    answer += buffer[..<step]
  }
  return String(decoding: answer, as: UTF8.self)
}
