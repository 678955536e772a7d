import Glibc
import Support

/// Postfix's own test receiver, running on a free loopback port.
final class SMTPSink {
  let port: UInt16
  private let pid: pid_t

  init(_ options: [String] = []) throws {
    // The port may be taken in between by another program: the next round asks for another.
    for _ in 0..<10 {
      let holder = try LoopbackServer { _ in }
      let port = holder.port
      holder.stop()
      var arguments = ["smtp-sink"] + options
      if getuid() == 0 { arguments += ["-u", "nobody"] }
      arguments += ["127.0.0.1:\(port)", "1000"]
      var pid: pid_t = 0
      var argv = arguments.map { strdup($0) } + [nil]
      defer { argv.forEach { free($0) } }
      guard posix_spawn(&pid, "/usr/sbin/smtp-sink", nil, nil, &argv, environ) == 0 else {
        throw SpawnError(program: "smtp-sink", code: errno)
      }
      if Self.isReady(port, pid: pid) {
        self.port = port
        self.pid = pid
        return
      }
    }
    throw SpawnError(program: "smtp-sink", code: EADDRINUSE)
  }

  /// Waits until it accepts; false when the program ended instead.
  private static func isReady(_ port: UInt16, pid: pid_t) -> Bool {
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(probe) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      address.sin_port = port.bigEndian
      let connected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if connected { return true }
      sched_yield()
    }
    return false
  }

  func stop() {
    // Not SIGTERM: a pool thread that started it may have passed on a mask that blocks it.
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }
}
