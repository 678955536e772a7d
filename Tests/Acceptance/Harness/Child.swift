import Glibc
import Platform
import Synchronization

/// A program that runs beside the tests: its output in a file, ended by its process id.
final class Child: Sendable {
  let pid: pid_t
  /// Where standard output and standard error go.
  let output: String
  private let status = Mutex<Int32?>(nil)

  /// Starts it in a group of its own with no signal blocked, whatever the thread that starts it has blocked.
  init(_ arguments: [String], environment: [String: String] = [:], output: String) throws {
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

  func send(_ signal: Int32) {
    // A process that was waited for has given its number back.
    status.withLock { if $0 == nil { _ = Glibc.kill(pid, signal) } }
  }

  /// The exit code, 128 and the signal when it was killed; nil while it runs.
  var exitStatus: Int32? {
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

  func end(within limit: Duration = .seconds(40)) async throws -> Int32 {
    try await eventually("end of process \(pid)", within: limit, context: { text }) { exitStatus }
  }

  /// Ends it at once and returns when it has ended.
  func kill() {
    send(SIGKILL)
    status.withLock { status in
      guard status == nil else { return }
      var raw: Int32 = 0
      while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
      status = 128 + SIGKILL
    }
  }

  /// All it has written.
  var text: String { String(decoding: (try? Files.read(output)) ?? [], as: UTF8.self) }

  /// The lines with all of these words in them.
  func lines(with words: String...) -> [Substring] {
    text.split(separator: "\n").filter { line in words.allSatisfy { line.contains($0) } }
  }
}

/// Loopback ports that are free at the moment and that no client is given by the system.
enum FreePort {
  static func find() throws -> UInt16 {
    for _ in 0..<200 {
      let port = UInt16.random(in: 20_000..<32_000)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      defer { close(descriptor) }
      var address = loopback(port)
      let isFree = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if isFree { return port }
    }
    throw SystemError("find a free port", code: EADDRINUSE)
  }

  static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
  }

  /// A connected socket, or nil when nobody listens.
  static func connect(_ port: UInt16) -> FileDescriptor? {
    let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { return nil }
    let descriptor = FileDescriptor(owning: raw)
    var address = loopback(port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard connected else { return nil }
    return consume descriptor
  }
}
