internal import Configuration
internal import Glibc
internal import Platform
internal import Service

/// The daemon in its own process: this program again, with another command.
final class ServiceProcess {
  static let command = "serve"
  static let spec = CommandLineSpec.Command(
    command, "run the daemon (used by memory)",
    options: [
      .init("config", "its configuration", value: "DIR"), .init("store", "its database", value: "FILE"),
      .init("capture", "where messages go", value: "DIR"), .init("listen", "its port", value: "PORT"),
      .init("unchecked", "do not look through the database for damage first"),
    ])

  let port: UInt16
  private let processID: pid_t
  /// Seconds from the start of the process to its first answer of `/readyz`.
  private(set) var readyAfter = 0.0

  private init(port: UInt16, processID: pid_t) {
    self.port = port
    self.processID = processID
  }

  /// Runs the daemon until it is told to stop.
  static func serve(_ arguments: Arguments) async throws -> Int32 {
    guard let configuration = arguments["config"], let store = arguments["store"],
      let port = arguments["listen"].flatMap({ Int($0) })
    else { throw UsageError("--config, --store and --listen are needed", "benchmarks serve") }
    let signals = try Signals()
    var options = ServiceOptions(
      configuration: configuration, store: "sqlite://\(store)", capture: arguments["capture"],
      listen: ListenAddress(host: "127.0.0.1", port: port), checksIntegrity: !arguments.has("unchecked"))
    options.control = store + ".socket"
    let daemon = try await Daemon(options: options, log: .silent)
    return try await daemon.run(signals: signals.stream)
  }

  /// Starts it and waits until it is ready.
  static func start(
    _ store: String, _ directory: String, _ options: BenchmarkOptions, checks: Bool = true
  ) async throws -> ServiceProcess {
    let configuration = try writeConfiguration(options.configuration, directory)
    let port = try LoopbackConnection.freePort()
    var arguments = [
      "/proc/self/exe", command, "--config", configuration, "--store", store, "--capture",
      FilePath.join(directory, "capture"), "--listen", "\(port)",
    ]
    if !checks { arguments.append("--unchecked") }
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var processID: pid_t = 0
    let begin = SystemTime.monotonic()
    guard posix_spawn(&processID, arguments[0], nil, nil, &words, environ) == 0 else {
      throw BenchmarkError("cannot start the daemon")
    }
    let process = ServiceProcess(port: port, processID: processID)
    var status: Int32 = 0
    while !process.isReady {
      guard waitpid(processID, &status, WNOHANG) == 0 else {
        throw BenchmarkError("the daemon ended before it was ready")
      }
      try await Task.sleep(for: .milliseconds(2))
    }
    process.readyAfter = (SystemTime.monotonic() - begin).seconds
    return process
  }

  /// The same configuration with a write key beside it, and without quiet hours: results must not depend on the time of
  /// day.
  private static func writeConfiguration(_ source: String, _ directory: String) throws -> String {
    let target = FilePath.join(directory, "config")
    if Files.exists(target) { return target }
    try copy(source, target)
    // Captured channels need no secrets, but the web server does.
    try Files.makeDirectories(FilePath.join(target, "credentials"), permissions: 0o700)
    try Files.write(Array("bench\n".utf8), to: FilePath.join(target, "credentials/write_key"))
    return target
  }

  private static func copy(_ source: String, _ target: String) throws {
    try Files.makeDirectories(target)
    for name in try Files.names(in: source) {
      let (from, to) = (FilePath.join(source, name), FilePath.join(target, name))
      if try Files.status(from).isDirectory {
        try copy(from, to)
      } else if name == "reprise.yaml" {
        let lines = try Files.readText(from).split(separator: "\n", omittingEmptySubsequences: false)
          .filter { !$0.contains("quiet_hours:") }
        try Files.write(Array(lines.joined(separator: "\n").utf8), to: to)
      } else {
        try Files.write(try Files.read(from), to: to)
      }
    }
  }

  private var isReady: Bool {
    guard LoopbackConnection.answers(port), let connection = try? LoopbackConnection(port: port) else {
      return false
    }
    let request = "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
    return (try? connection.send(Array(request.utf8))) != nil && (try? connection.readStatus()) == 200
  }

  var resident: Double { memory("VmRSS:") }
  var peak: Double { memory("VmHWM:") }

  /// The bytes in a line of /proc/PID/status, which is in kilobytes; 0 if unreadable.
  private func memory(_ field: String) -> Double {
    let text = (try? Files.readText("/proc/\(processID)/status")) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(field) }
    return line.flatMap { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first }
      .flatMap { Double($0) }.map { $0 * 1024 } ?? 0
  }

  func kill() {
    Glibc.kill(processID, SIGKILL)
    var status: Int32 = 0
    waitpid(processID, &status, 0)
  }
}
