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
    _ arguments: [String], environment: [String: String] = [:], output: String = "/dev/null"
  ) throws {
    self.output = output
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var variables = Environment.process.values
    variables.merge(environment) { $1 }
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw SystemError("start '\(arguments[0])'", code: code) }
    self.pid = pid
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
