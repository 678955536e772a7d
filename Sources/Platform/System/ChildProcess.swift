internal import CLinux
internal import Glibc

/// A program run without a shell, with limits on its time and output.
///
/// It gets exactly the arguments, environment and standard input given here, no other open file, no blocked
/// or ignored signal, and its own process group. At the deadline, or when the calling task is cancelled, the
/// group gets SIGTERM, and SIGKILL after `grace`; whatever is left of the group when the program ends is
/// killed too.
package struct ChildProcess: Sendable {
  /// The path of the program, which must contain a slash, and its arguments.
  package var arguments: [String]
  package var environment: Environment
  /// The working directory; `nil` for this process's.
  package var directory: String?
  package var input: [UInt8]
  /// Maximum bytes kept of standard output, and of standard error; the rest is read and discarded.
  package var outputLimit: Int
  package var deadline: Duration
  package var grace: Duration

  package init(
    _ arguments: [String], environment: Environment = [:], directory: String? = nil, input: [UInt8] = [],
    outputLimit: Int = 64 << 10, deadline: Duration = .seconds(30), grace: Duration = .seconds(5)
  ) {
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.input = input
    self.outputLimit = outputLimit
    self.deadline = deadline
    self.grace = grace
  }

  package enum Ending: Hashable, Sendable {
    case exited(Int32)
    /// Killed by this signal, including ours.
    case killed(Int32)
  }

  package struct Outcome: Hashable, Sendable {
    package var ending: Ending
    package var output: [UInt8]
    package var errorOutput: [UInt8]
    /// Whether the output exceeded `outputLimit`.
    package var isOutputCut: Bool
    /// Whether it had to be terminated.
    package var isLate: Bool
    package var duration: Duration
    /// Whether the program or one of its children has read any of the input.
    package var hasReadInput: Bool
  }

  /// Runs the program to its end on a dedicated thread.
  ///
  /// Throws `SystemError` if it cannot be started; any result of the program itself is an outcome.
  package func run() async throws -> Outcome {
    let stop = clinux_open_event()
    guard stop >= 0 else { throw SystemError.last("start '\(arguments.first ?? "")'") }
    defer { close(stop) }
    return try await withTaskCancellationHandler {
      try await WorkerThread.run("child") { try runBlocking(stop: stop) }
    } onCancel: {
      // Safe: the descriptor stays open until the operation above has returned, and with it this handler.
      clinux_raise_event(stop)
    }
  }

  /// Runs on the calling thread, for programs without tasks.
  package func runBlocking() throws(SystemError) -> Outcome { try runBlocking(stop: -1) }

  private func runBlocking(stop: Int32) throws(SystemError) -> Outcome {
    let started = SystemTime.monotonic()
    // Writing to a program that does not read must fail with EPIPE rather than kill this process.
    var pipeSignal = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)
    var channels = try Channels()
    defer { channels.closeAll() }
    // A duplicate of the child's end, so that unread input is still in the pipe when the child is gone.
    let input = fcntl(channels.childEnds[0], F_DUPFD_CLOEXEC, 0)
    guard input >= 0 else { throw SystemError.last("make a pipe") }
    defer { close(input) }
    let processID = try spawn(channels)
    channels.closeChildEnds()
    let process = clinux_open_process(processID)
    defer { if process >= 0 { close(process) } }

    var run = ChildProcessRun(channels: channels, input: self.input, outputLimit: outputLimit)
    channels.parentEnds = []
    var limit = started + deadline
    var isLate = false
    while true {
      let left = limit - SystemTime.monotonic()
      let event = run.wait(process: process, stop: isLate ? -1 : stop, timeout: max(left, .zero))
      var status: Int32 = 0
      if event == .ended || process < 0, waitpid(processID, &status, process < 0 ? WNOHANG : 0) == processID {
        kill(-processID, SIGKILL)
        run.drain()
        run.closeAll()
        let unread = clinux_unread_bytes(input)
        return Outcome(
          ending: status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F),
          output: run.output,
          errorOutput: run.errorOutput, isOutputCut: run.isOutputCut, isLate: isLate,
          duration: SystemTime.monotonic() - started, hasReadInput: unread < 0 || unread < run.written)
      }
      if event == .stop || SystemTime.monotonic() >= limit {
        kill(-processID, isLate ? SIGKILL : SIGTERM)
        isLate = true
        limit = SystemTime.monotonic() + grace
      }
    }
  }

  private func spawn(_ channels: Channels) throws(SystemError) -> pid_t {
    try Self.start(
      arguments, environment: environment, directory: directory, descriptors: channels.childEnds)
  }

  /// Starts a program in its own process group, with no signal blocked and only the given descriptors, as its
  /// 0, 1, 2 and so on. The caller must wait for it.
  ///
  /// `arguments[0]` is a path; PATH is not searched.
  package static func start(
    _ arguments: [String], environment: Environment, directory: String? = nil, descriptors: [Int32]
  ) throws(SystemError) -> Int32 {
    guard let program = arguments.first, program.utf8.contains(UInt8(ascii: "/")) else {
      throw SystemError("start '\(arguments.first ?? "")', which is not a path", code: ENOENT)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, end) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, end, Int32(target))
    }
    if let directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
    posix_spawn_file_actions_addclosefrom_np(&actions, Int32(descriptors.count))

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

    let variables = environment.values.map { "\($0.key)=\($0.value)" }.sorted()
    var processID: pid_t = 0
    let code = withCStrings(arguments) { argv in
      withCStrings(variables) { envp in posix_spawn(&processID, program, &actions, &attributes, argv, envp) }
    }
    guard code == 0 else { throw SystemError("start '\(program)'", code: code) }
    return processID
  }
}

/// The three pipes to a child: its ends are 0, 1 and 2, and ours are the other ends in the same order.
struct Channels {
  var childEnds: [Int32] = []
  var parentEnds: [Int32] = []

  init() throws(SystemError) {
    for index in 0..<3 {
      var ends: [Int32] = [-1, -1]
      guard clinux_open_pipe(&ends) == 0 else {
        let error = SystemError.last("make a pipe")
        closeAll()
        throw error
      }
      childEnds.append(index == 0 ? ends[0] : ends[1])
      parentEnds.append(index == 0 ? ends[1] : ends[0])
      _ = fcntl(parentEnds[index], F_SETFL, O_NONBLOCK)
    }
  }

  mutating func closeChildEnds() {
    for end in childEnds { close(end) }
    childEnds = []
  }

  mutating func closeAll() {
    closeChildEnds()
    for end in parentEnds { close(end) }
    parentEnds = []
  }
}

/// Lends texts as the null-terminated list of C strings for exec. A NUL inside a text truncates it.
private func withCStrings<Result>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers)
}
