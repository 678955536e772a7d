internal import Glibc

/// Postfix's own test receiver on a free local port.
final class SMTPSink {
  static let program = "/usr/sbin/smtp-sink"

  let port: UInt16
  private let processID: pid_t

  init() throws {
    port = try LoopbackConnection.freePort()
    var arguments = [Self.program]
    if getuid() == 0 { arguments += ["-u", "nobody"] }
    arguments += ["127.0.0.1:\(port)", "1000"]
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var processID: pid_t = 0
    guard posix_spawn(&processID, Self.program, nil, nil, &words, environ) == 0 else {
      throw BenchmarkError("cannot start \(Self.program)")
    }
    self.processID = processID
    var status: Int32 = 0
    while !LoopbackConnection.answers(port) {
      guard waitpid(processID, &status, WNOHANG) == 0 else { throw BenchmarkError("smtp-sink ended at once") }
      usleep(1000)
    }
  }

  func stop() {
    kill(processID, SIGKILL)
    var status: Int32 = 0
    waitpid(processID, &status, 0)
  }
}
