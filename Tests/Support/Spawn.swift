import Glibc
import Synchronization

/// What a finished program left behind.
package struct SpawnResult: Sendable {
  /// The exit status; 128 + the signal's number when a signal ended the program.
  package let status: Int32
  package let output: [UInt8]
  package let errorOutput: [UInt8]

  /// Standard output as text; bytes that are not UTF-8 become U+FFFD.
  package var text: String { String(decoding: output, as: UTF8.self) }
  /// Standard error as text; bytes that are not UTF-8 become U+FFFD.
  package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// The program could not be started.
package struct SpawnError: Error, Equatable, CustomStringConvertible {
  package let program: String
  package let code: Int32

  package init(program: String, code: Int32) {
    self.program = program
    self.code = code
  }

  package var description: String {
    "cannot start '\(program)': \(String(cString: strerror(code))); `make test` installs what the tests need"
  }
}

/// Runs a program to its end, feeding it `input` and collecting both its outputs.
///
/// `arguments[0]` is the program, looked up in `PATH`. `environment` is added to this process's own and wins over it.
/// Blocks the calling thread. Throws `SpawnError` when the program cannot be started (most often: not installed).
package func spawn(
  _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
) throws(SpawnError) -> SpawnResult {
  let (pid, stdin, stdout, stderr) = try starting.withLock { (_) throws(SpawnError) in
    try start(arguments, environment: environment)
  }
  let (output, errorOutput) = exchange(input: input, into: stdin, output: stdout, errorOutput: stderr)
  var status: Int32 = 0
  while waitpid(pid, &status, 0) < 0, errno == EINTR {}
  let exit = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  return SpawnResult(status: exit, output: output, errorOutput: errorOutput)
}

/// One start at a time: a program must not inherit the pipes of another that is just being started, or the other
/// would never see their end.
private let starting = Mutex(())

private func start(
  _ arguments: [String], environment: [String: String]
) throws(SpawnError) -> (pid: pid_t, stdin: Int32, stdout: Int32, stderr: Int32) {
  let program = arguments.first ?? ""
  let (stdinRead, stdinWrite) = try pipe(for: program)
  let (stdoutRead, stdoutWrite) = try pipe(for: program)
  let (stderrRead, stderrWrite) = try pipe(for: program)
  let ours = [stdinWrite, stdoutRead, stderrRead]
  let theirs = [stdinRead, stdoutWrite, stderrWrite]

  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (target, descriptor) in theirs.enumerated() {
    posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
  }

  var argv = arguments.map { strdup($0) } + [nil]
  var variables: [String: String] = [:]
  var cursor = environ
  while let entry = cursor.pointee {
    let pair = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
    cursor += 1
  }
  variables.merge(environment) { $1 }
  var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer {
    for pointer in argv + envp { free(pointer) }
  }

  var pid: pid_t = 0
  let code = posix_spawnp(&pid, program, &actions, nil, &argv, &envp)
  for descriptor in theirs { close(descriptor) }
  guard code == 0 else {
    for descriptor in ours { close(descriptor) }
    throw SpawnError(program: program, code: code)
  }
  return (pid, stdinWrite, stdoutRead, stderrRead)
}

private func pipe(for program: String) throws(SpawnError) -> (read: Int32, write: Int32) {
  var ends: [Int32] = [-1, -1]
  guard Glibc.pipe(&ends) == 0 else { throw SpawnError(program: program, code: errno) }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (ends[0], ends[1])
}

/// Writes and reads as the program is ready for it, so that neither side waits on a full pipe; closes all three.
private func exchange(
  input: [UInt8], into stdin: Int32, output stdout: Int32, errorOutput stderr: Int32
) -> (output: [UInt8], errorOutput: [UInt8]) {
  var quiet = sigset_t()
  sigemptyset(&quiet)
  sigaddset(&quiet, SIGPIPE)
  // A program that ends before reading all its input must not end the tests; the thread keeps SIGPIPE blocked.
  pthread_sigmask(SIG_BLOCK, &quiet, nil)
  _ = fcntl(stdin, F_SETFL, O_NONBLOCK)

  var sent = 0
  var collected: [[UInt8]] = [[], []]
  var descriptors = [
    pollfd(fd: stdin, events: Int16(POLLOUT), revents: 0),
    pollfd(fd: stdout, events: Int16(POLLIN), revents: 0),
    pollfd(fd: stderr, events: Int16(POLLIN), revents: 0),
  ]
  func finish(_ index: Int) {
    close(descriptors[index].fd)
    descriptors[index].fd = -1
  }
  if input.isEmpty { finish(0) }
  var chunk = [UInt8](repeating: 0, count: 65536)
  while descriptors.contains(where: { $0.fd >= 0 }) {
    guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else { continue }
    if descriptors[0].fd >= 0, descriptors[0].revents != 0 {
      let count = input.withUnsafeBytes { write(stdin, $0.baseAddress! + sent, $0.count - sent) }
      if count > 0 { sent += count }
      if sent == input.count || (count < 0 && errno != EAGAIN && errno != EINTR) { finish(0) }
    }
    for index in 1...2 where descriptors[index].fd >= 0 && descriptors[index].revents != 0 {
      let count = read(descriptors[index].fd, &chunk, chunk.count)
      if count > 0 {
        collected[index - 1].append(contentsOf: chunk[..<count])
      } else if count == 0 || errno != EINTR {
        finish(index)
      }
    }
  }
  return (collected[0], collected[1])
}
