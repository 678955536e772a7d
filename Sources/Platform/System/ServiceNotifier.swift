internal import Glibc

/// Reports the service's state to systemd: the protocol of sd_notify(3) without libsystemd.
///
/// Each call sends one datagram and never blocks or fails: a service runs on without a listener.
package struct ServiceNotifier: Sendable {
  private let address: String?

  /// Takes the socket from NOTIFY_SOCKET: a path, or `@name` in the abstract namespace. Without it, calls do
  /// nothing. Child processes must not inherit the variable.
  package init(environment: Environment = .process) { address = environment["NOTIFY_SOCKET"] }

  package func ready(status: String? = nil) { send(["READY=1"] + lines(status)) }

  /// Sends the CLOCK_MONOTONIC time, which systemd compares with that of the following `ready`.
  package func reloading(status: String? = nil) {
    send(["RELOADING=1", "MONOTONIC_USEC=\(SystemTime.monotonic().inMicroseconds)"] + lines(status))
  }

  package func stopping(status: String? = nil) { send(["STOPPING=1"] + lines(status)) }

  /// Sets the status line of `systemctl status`.
  package func status(_ text: String) { send(lines(text)) }

  package func watchdog() { send(["WATCHDOG=1"]) }

  /// Requests at least this much more time before systemd considers a start or stop hung.
  package func extendTimeout(by duration: Duration) {
    send(["EXTEND_TIMEOUT_USEC=\(max(duration.inMicroseconds, 0))"])
  }

  /// The interval for calling `watchdog`, half of what systemd allows; `nil` if it does not watch this
  /// process.
  package static func watchdogInterval(
    environment: Environment = .process, processID: Int32 = getpid()
  ) -> Duration? {
    guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0 else {
      return nil
    }
    if let owner = environment["WATCHDOG_PID"], Int32(owner) != processID { return nil }
    return .microseconds(microseconds / 2)
  }

  private func lines(_ status: String?) -> [String] {
    guard let status else { return [] }
    // A line feed would start another assignment.
    return [
      "STATUS=" + String(String.UnicodeScalarView(status.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    ]
  }

  private func send(_ assignments: [String]) {
    guard let address else { return }
    guard let target = UnixAddress(address) else { return }
    let raw = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { return }
    let descriptor = FileDescriptor(owning: raw)
    let message = Array(assignments.joined(separator: "\n").utf8)
    target.withSocketAddress { pointer, length in
      _ = sendto(
        descriptor.raw, message, message.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), pointer,
        length)
    }
  }
}
