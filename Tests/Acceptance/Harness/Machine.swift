import Glibc
import Platform
import Support

/// A Linux machine of its own inside this one, with systemd as its first process: see `machine.sh`.
///
/// It sees the files of this machine and changes copies; it has no network but its own loopback. Whatever runs in it
/// ends with it, and with the tests.
final class Machine: Sendable {
  /// Why no machine can be started here; nil when one can. Found by trying.
  static let obstacle: String? = {
    guard getuid() == 0 else { return "only root can start a machine in a machine" }
    guard Files.exists(systemd) else { return "systemd is not installed (Debian package systemd)" }
    do {
      let directory = try Files.makeTemporaryDirectory(prefix: "reprise-machine")
      defer { try? Files.removeTree(directory) }
      let trial = try spawn([script, "try", directory])
      guard trial.status != 0 else { return nil }
      return "no machine can be started in this one: \(trial.errorText.split(separator: "\n").first ?? "")"
    } catch {
      return "no machine can be started in this one: \(error)"
    }
  }()

  static let systemd = "/lib/systemd/systemd"
  static let script = Repository.path("Tests/Acceptance/machine.sh")
  private static let environment = [
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/root",
    "NO_COLOR=1", "SYSTEMD_PAGER=", "SYSTEMD_COLORS=0",
  ]

  /// Outside of the machine; the mount point in it is empty from here.
  let directory: String
  /// The first process, by its number outside.
  let pid: String
  private let supervisor: Child

  private init(directory: String) async throws {
    self.directory = directory
    let log = directory + "/log"
    let supervisor = try Child([Self.script, "run", directory, "\(getpid())"], output: log)
    self.supervisor = supervisor
    do {
      pid = try await eventually("systemd", within: .seconds(20), context: { supervisor.text }) {
        if let status = supervisor.exitStatus { throw DaemonEnded(status: status, log: supervisor.text) }
        guard let text = try? Files.readText(directory + "/pid") else { return nil }
        let pid = String(text.prefix { $0 != "\n" })
        // Until then that number belongs to the script, in part still outside of the machine.
        return Self.program(of: pid)?.hasSuffix("/systemd") == true ? pid : nil
      }
      try await eventually("end of the start", within: .seconds(20), context: { supervisor.text }) {
        try await run("systemctl", "is-system-running").output.hasPrefix("running")
      }
    } catch {
      Self.end(supervisor)
      throw error
    }
  }

  /// Starts one, runs `body` and ends it.
  static func run(_ body: (Machine) async throws -> Void) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-machine")
    defer { try? Files.removeTree(directory) }
    let machine = try await Machine(directory: directory)
    defer { end(machine.supervisor) }
    try await body(machine)
  }

  private static func end(_ supervisor: Child) {
    supervisor.send(SIGTERM)
    let deadline = SystemTime.monotonic() + .seconds(10)
    while supervisor.exitStatus == nil, SystemTime.monotonic() < deadline { usleep(10_000) }
    supervisor.kill()
  }

  private static func program(of pid: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/\(pid)/exe", &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  // MARK: - From outside

  /// A file of the machine as it can be reached from here.
  func path(_ inside: String) -> String { "/proc/\(pid)/root\(inside)" }

  func write(_ text: String, to inside: String, permissions: UInt32 = 0o644) throws {
    let path = path(inside)
    try Files.makeDirectories(FilePath.directory(of: path))
    try Files.write(Array(text.utf8), to: path, permissions: permissions)
  }

  func read(_ inside: String) throws -> String { try Files.readText(path(inside)) }

  /// Runs a program in the machine, as root, to its end.
  @discardableResult
  func run(_ arguments: String...) async throws -> Answer { try await Answer.of(command(arguments)) }

  /// The same for a line of shell.
  @discardableResult
  func shell(_ line: String) async throws -> Answer { try await run("/bin/bash", "-c", line) }

  /// Starts a program in the machine that ends with it.
  func start(_ arguments: [String]) throws -> Child {
    try Child(command(arguments), output: "\(directory)/\(FilePath.name(of: arguments[0])).log")
  }

  private func command(_ arguments: [String]) throws -> [String] {
    // While it runs, its first process is not waited for, and the number cannot mean another.
    if let status = supervisor.exitStatus { throw DaemonEnded(status: status, log: supervisor.text) }
    return ["/usr/bin/nsenter", "--target", pid, "--all", "--", "/usr/bin/env", "-i"] + Self.environment
      + arguments
  }

  /// One request to a server in the machine.
  func http(
    _ method: String, _ path: String, port: UInt16, headers: [String: String] = [:], body: String = ""
  ) async throws -> PlainHTTP.Reply {
    let request = PlainHTTP.request(method, path, port: port, headers: headers, body: body)
    let answer = try await run(
      "/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$1 && printf %s \"$2\" >&3 && cat <&3", "-", "\(port)",
      request)
    return PlainHTTP.reply(answer.output)
  }

  // MARK: - A service

  /// A property of a unit, as `systemctl show` gives it.
  func property(_ name: String, of unit: String = "reprise") async throws -> String {
    let answer = try await run("systemctl", "show", unit, "--property", name, "--value")
    return String(answer.output.prefix { $0 != "\n" })
  }

  /// Several at once.
  func properties(_ names: [String], of unit: String = "reprise") async throws -> [String: String] {
    let answer = try await run("systemctl", "show", unit, "--property", names.joined(separator: ","))
    let pairs = answer.output.split(separator: "\n").map { line in
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// What the journal has about a unit, systemd's own words included, oldest first.
  func journal(_ unit: String = "reprise") async throws -> [JSON] {
    try await run("journalctl", "--sync")
    let answer = try await run("journalctl", "--unit", unit, "--output", "json", "--all")
    return try answer.output.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
  }
}
