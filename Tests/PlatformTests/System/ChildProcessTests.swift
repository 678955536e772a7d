import Glibc
import Platform
import Testing

@Suite struct ChildProcessTests {
  private func run(
    _ script: String, input: [UInt8] = [], limit: Int = 1 << 20
  ) async throws -> ChildProcess.Outcome {
    try await ChildProcess(
      ["/bin/sh", "-c", script], input: input, outputLimit: limit, deadline: .seconds(60)
    ).run()
  }

  @Test func `input goes in, output and status come out`() async throws {
    let outcome = try await run("cat; echo problem >&2; exit 75", input: Array("hello".utf8))
    #expect(outcome.output == Array("hello".utf8))
    #expect(outcome.errorOutput == Array("problem\n".utf8))
    #expect(outcome.ending == .exited(75))
    #expect(!outcome.isLate && !outcome.isOutputCut)
  }

  @Test func `megabytes pass both ways at once`() async throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let outcome = try await run("cat", input: bytes, limit: 4_000_000)
    #expect(outcome.output == bytes)
  }

  @Test func `output beyond the limit is thrown away`() async throws {
    let outcome = try await run("head -c 100000 /dev/zero; echo end >&2", limit: 1000)
    #expect(outcome.output.count == 1000)
    #expect(outcome.isOutputCut)
    #expect(outcome.ending == .exited(0))
  }

  @Test func `a program that does not read its input is no error`() async throws {
    let outcome = try await run("exec true", input: [UInt8](repeating: 0, count: 1_000_000))
    #expect(outcome.ending == .exited(0))
  }

  @Test func `a late program is told to stop`() async throws {
    let process = ChildProcess(["/bin/sleep", "60"], deadline: .milliseconds(50), grace: .seconds(30))
    let outcome = try await process.run()
    #expect(outcome.ending == .killed(SIGTERM))
    #expect(outcome.isLate)
    #expect(outcome.duration < .seconds(20))
  }

  @Test func `one that does not listen is killed with all it started`() async throws {
    let script = "trap '' TERM; sleep 60 & echo $!; while :; do sleep 60; done"
    let process = ChildProcess(
      ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], deadline: .milliseconds(300),
      grace: .milliseconds(100))
    let outcome = try await process.run()
    #expect(outcome.ending == .killed(SIGKILL))
    #expect(outcome.isLate)
    let text = String(decoding: outcome.output, as: UTF8.self)
    let grandchild = try #require(text.split(separator: "\n").first.flatMap { Int32($0) })
    #expect(isGone(grandchild))
  }

  @Test func `what a program leaves behind is killed and does not hold us up`() async throws {
    let outcome = try await run("sleep 60 & echo $!")
    #expect(outcome.ending == .exited(0))
    #expect(outcome.duration < .seconds(20))
    let text = String(decoding: outcome.output, as: UTF8.self)
    let grandchild = try #require(text.split(separator: "\n").first.flatMap { Int32($0) })
    #expect(isGone(grandchild))
  }

  @Test func `a cancelled task stops its program`() async throws {
    let process = ChildProcess(["/bin/sleep", "60"], deadline: .seconds(60))
    let task = Task { try await process.run() }
    task.cancel()
    #expect(try await task.value.ending == .killed(SIGTERM))
  }

  @Test func `it gets the environment, directory and files given and nothing else`() async throws {
    let secret = open("/etc/passwd", O_RDONLY)
    defer { close(secret) }
    let process = ChildProcess(
      ["/bin/sh", "-c", "/usr/bin/env; pwd; ls /proc/self/fd; echo \"$1\"", "sh", "; echo $HOME"],
      environment: ["A": "1", "PATH": "/usr/bin:/bin"], directory: "/usr")
    let lines = String(decoding: try await process.run().output, as: UTF8.self).split(separator: "\n")
    #expect(lines.contains("A=1"))
    #expect(lines.contains("/usr"))
    #expect(lines.last == "; echo $HOME")
    #expect(!lines.contains { $0.hasPrefix("HOME=") })
    // Descriptor 3 is the directory that ls reads.
    #expect(lines.filter { UInt8($0) != nil } == ["0", "1", "2", "3"])
  }

  @Test func `what cannot be started says why`() async throws {
    await #expect(throws: SystemError("start '/nowhere/program'", code: ENOENT)) {
      try await ChildProcess(["/nowhere/program"]).run()
    }
    let error = await #expect(throws: SystemError.self) { try await ChildProcess(["sh"]).run() }
    #expect(error?.description == "cannot start 'sh', which is not a path: No such file or directory")
    await #expect(throws: SystemError.self) { try await ChildProcess([]).run() }
  }

  /// Whether a process has ended: it is no more, or waits as a zombie for whoever inherited it.
  private func isGone(_ processID: Int32) -> Bool {
    for _ in 0..<1000 {
      guard let status = try? Files.readText("/proc/\(processID)/stat") else { return true }
      if status.contains(") Z ") || status.contains(") X ") { return true }
      sched_yield()
    }
    return false
  }
}
