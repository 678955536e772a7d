import Glibc
import Platform
import Synchronization

/// A program that runs beside the tests: its output in a file, ended by its process id.
package final class Child: Sendable {
  package let pid: Int32
  /// Where standard output and standard error go.
  package let output: String
  private let status = Mutex<Int32?>(nil)

  /// Starts it in a group of its own with no signal blocked, whatever the thread that starts it has blocked.
  ///
  /// `arguments[0]` is the program, looked up in `PATH`. `environment` is added to this process's own and wins over it.
  /// Throws `SystemError` when the program cannot be started.
  package init(
    _ arguments: [String], environment: [ExactText: String] = [:], output: String = "/dev/null"
  ) throws {
    self.output = output
    func open(_ path: String, _ flags: Int32) throws(SystemError) -> FileDescriptor {
      let raw = Glibc.open(path, flags | O_CLOEXEC, 0o600)
      guard raw >= 0 else { throw .last("open '\(path)'") }
      return FileDescriptor(owning: raw)
    }
    let input = try open("/dev/null", O_RDONLY)
    let written = try open(output, O_WRONLY | O_CREAT | O_APPEND)
    var variables = Environment.process
    variables.values.merge(environment) { $1 }
    pid = try ChildProcess.start(
      [path(of: arguments.first ?? "")] + arguments.dropFirst(), environment: variables,
      descriptors: [input.raw, written.raw, written.raw])
    _ = input
    _ = written
  }

  package func send(_ signal: Int32) {
    // A process that was waited for has given its number back.
    status.withLock { if $0 == nil { _ = Glibc.kill(pid, signal) } }
  }

  /// The exit code, 128 and the signal when it was killed; nil while it runs.
  package var exitStatus: Int32? {
    status.withLock { status in
      if status == nil {
        var raw: Int32 = 0
        if waitpid(pid, &raw, WNOHANG) == pid {
          status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        }
      }
      return status
    }
  }

  package func end(within limit: Duration = .seconds(40)) async throws -> Int32 {
    try await eventually("end of process \(pid)", within: limit, context: { text }) { exitStatus }
  }

  /// Ends it and all of its group at once, and returns when it has ended.
  package func kill() {
    status.withLock { status in
      guard status == nil else { return }
      _ = Glibc.kill(-pid, SIGKILL)
      var raw: Int32 = 0
      while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
      status = 128 + SIGKILL
    }
  }

  /// All it has written.
  package var text: String { String(decoding: (try? Files.read(output)) ?? [], as: UTF8.self) }

  /// The lines with all of these words in them.
  package func lines(with words: String...) -> [Substring] {
    text.split(separator: "\n").filter { line in words.allSatisfy { line.contains($0) } }
  }
}
