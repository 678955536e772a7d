import Operations
import Platform
import Service
import Store
import Synchronization
import Testing

struct OperationsClientTests {
  private func withDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "control")
    defer { try? Files.removeTree(directory) }
    try await body(directory)
  }

  private func nobody(_ request: any OperatorRequest) async throws -> JSON {
    Issue.record("done in this process though a daemon runs")
    return [:]
  }

  private let forgotten: JSON = [
    "customer": "ann", "forgotten": true, "removed_files": [], "files_left": [],
  ]

  @Test func `a running daemon is asked`() async throws {
    try await withDirectory { directory in
      let path = FilePath.join(directory, "control.sock")
      let server = try ControlServer(path: path) { request, reply in
        #expect(request == ["command": "forget", "customer": "ann"])
        await reply.send(forgotten)
      }
      defer { server.stop() }
      let client = OperationsClient(control: path, local: nobody)
      let reply = try await client.perform(ForgetRequest(customer: "ann"))
      #expect(reply == Reply(ForgetAnswer(customer: "ann")))
    }
  }

  @Test func `an answer in parts may be as long as it is, and what fails on the way is told`() async throws {
    try await withDirectory { directory in
      let path = FilePath.join(directory, "control.sock")
      let row = JSON.string(String(repeating: "x", count: 1 << 20))
      let server = try ControlServer(path: path) { request, reply in
        for _ in 0..<24 { await reply.send(["orders": [row]]) }
        if request["customer"] == "bob" { await reply.send(["error": "the disk is gone", "exit": 74]) }
      }
      defer { server.stop() }
      let client = OperationsClient(control: path, local: nobody)
      let parts = Mutex(0)
      try await client.perform(ExportRequest(customer: "ann")) { part in
        if part == ["orders": [row]] { parts.withLock { $0 += 1 } }
      }
      #expect(parts.withLock { $0 } == 24)
      await #expect(throws: ServiceError("the disk is gone", exitCode: 74)) {
        try await client.perform(ExportRequest(customer: "bob")) { _ in }
      }
    }
  }

  @Test func `what the daemon refuses keeps its words and its exit code`() async throws {
    try await withDirectory { directory in
      let path = FilePath.join(directory, "control.sock")
      let server = try ControlServer(path: path) { _, reply in
        await reply.send(["error": "there is no customer 'x'", "exit": 65])
      }
      defer { server.stop() }
      let client = OperationsClient(control: path, local: nobody)
      await #expect(throws: ServiceError("there is no customer 'x'", exitCode: 65)) {
        try await client.perform(ExplainRequest(customer: "x"))
      }
    }
  }

  @Test func `an answer that is not understood points at the versions`() async throws {
    try await withDirectory { directory in
      let path = FilePath.join(directory, "control.sock")
      let server = try ControlServer(path: path) { _, reply in await reply.send(["customer": "ann"]) }
      defer { server.stop() }
      let client = OperationsClient(control: path, local: nobody)
      await #expect(
        throws: ServiceError(
          "the daemon's answer is not understood: forgotten is missing; are program and daemon of one version?",
          exitCode: 70)
      ) {
        try await client.perform(ForgetRequest(customer: "ann"))
      }
    }
  }

  @Test func `without a daemon the work is done here, unless only a daemon can do it`() async throws {
    try await withDirectory { directory in
      let path = FilePath.join(directory, "control.sock")
      let client = OperationsClient(control: path) { request in
        #expect(request.message == ["command": "forget", "customer": "ann"])
        return Reply(forgotten, journalSetAside: "/var/x").json
      }
      let reply = try await client.perform(ForgetRequest(customer: "ann"))
      #expect(reply == Reply(ForgetAnswer(customer: "ann"), journalSetAside: "/var/x"))
      await #expect(
        throws: ServiceError(
          "no daemon listens on '\(path)'; start it, or check the path", exitCode: 69)
      ) {
        try await client.perform(ReloadRequest())
      }
    }
  }

  @Test func `a store in use by a daemon that listens elsewhere points at the option`() async throws {
    try await withDirectory { directory in
      let path = FilePath.join(directory, "control.sock")
      let client = OperationsClient(control: path) { _ in
        throw StoreError.locked(path: "/x/reprise.db", holder: 7)
      }
      await #expect(
        throws: ServiceError(
          "store: /x/reprise.db is in use by process 7; stop that one first; if that is the daemon, name the socket it listens on with --control: nobody does on '\(path)'",
          exitCode: 73)
      ) {
        try await client.perform(StatusRequest())
      }
    }
  }

  @Test func `a daemon that goes away is no answer`() async throws {
    try await withDirectory { directory in
      let path = FilePath.join(directory, "control.sock")
      let server = try ControlServer(path: path) { _, _ in }
      defer { server.stop() }
      let client = OperationsClient(control: path, local: nobody)
      await #expect(throws: ServiceError("the daemon gave no answer; look into its log", exitCode: 75)) {
        try await client.perform(StatusRequest())
      }
    }
  }
}

struct ControlPathTests {
  @Test(arguments: [
    (
      String?.some("/given"), String?.some("/configured"), StoreLocation?.some(.sqlite(path: "/x/r.db")),
      "/given"
    ),
    (nil, "/configured", .sqlite(path: "/x/r.db"), "/configured"),
    (nil, nil, .sqlite(path: "/x/r.db"), "/x/r.db-control"),
    (nil, nil, .postgresql(url: "postgresql://h/d"), "/run/reprise/control.sock"),
    (nil, nil, nil, "/run/reprise/control.sock"),
  ])
  func `the socket is where the command line, the configuration or the store says`(
    given: String?, configured: String?, store: StoreLocation?, path: String
  ) {
    #expect(ControlPath.resolve(given: given, configured: configured, store: store) == path)
  }

  @Test func `a daemon is found though its configuration has become wrong`() throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "control")
    defer { try? Files.removeTree(directory) }
    let file = FilePath.join(directory, "reprise.yaml")
    try Files.write(Array("brnd: {}\nstore: sqlite:///x/r.db\nchannels: {a: {adapter: no}}\n".utf8), to: file)
    #expect(DaemonAddress(configuration: directory) == DaemonAddress(store: "sqlite:///x/r.db"))
    #expect(DaemonAddress(configuration: directory).controlPath(given: nil, store: nil) == "/x/r.db-control")
    #expect(
      DaemonAddress(configuration: directory).controlPath(given: nil, store: "sqlite:y.db") == "y.db-control")
    try Files.write(Array("control_socket: /x/c.sock\n".utf8), to: file)
    #expect(DaemonAddress(configuration: directory).controlPath(given: nil, store: nil) == "/x/c.sock")
    #expect(DaemonAddress(configuration: directory + "/none") == DaemonAddress())
  }
}
