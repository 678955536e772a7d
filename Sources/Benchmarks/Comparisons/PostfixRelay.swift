internal import Glibc
internal import Platform

/// Our own Postfix on a free local port, which relays every mail to `smtp-sink`: its queue on disk as usual,
/// with the fastest settings for this purpose.
final class PostfixRelay {
  private static let program = "/usr/lib/postfix/sbin/master"
  /// Its master process requires root.
  static let canRun = getuid() == 0 && Files.exists(program)

  let port: UInt16
  private let directory: String
  private let processID: pid_t

  /// - Parameters:
  ///   - directory: its own, on the disk to measure the queue on.
  ///   - connections: the maximum to the sink.
  init(in directory: String, forwardingTo sink: UInt16, connections: Int) async throws {
    self.directory = directory
    port = try LoopbackConnection.freePort()
    try Self.makeFolders(in: directory)
    let settings = """
      compatibility_level = 3.6
      queue_directory = \(directory)/queue
      data_directory = \(directory)/data
      maillog_file = \(directory)/log
      maillog_file_prefixes = \(directory)
      myhostname = bench.example
      inet_interfaces = 127.0.0.1
      inet_protocols = ipv4
      mydestination =
      alias_maps =
      alias_database =
      mynetworks = 127.0.0.0/8
      relayhost = [127.0.0.1]:\(sink)
      smtp_destination_concurrency_limit = \(connections)
      initial_destination_concurrency = \(connections)
      default_process_limit = \(connections * 2)
      smtpd_client_connection_count_limit = 0
      smtpd_peername_lookup = no
      in_flow_delay = 0

      """
    let services = """
      127.0.0.1:\(port) inet n - n - - smtpd
      cleanup unix n - n - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      rewrite unix - - n - - trivial-rewrite
      bounce unix - - n - 0 bounce
      defer unix - - n - 0 bounce
      trace unix - - n - 0 bounce
      smtp unix - - n - - smtp
      error unix - - n - - error
      retry unix - - n - - error
      scache unix - - n - 1 scache
      proxymap unix - - n - - proxymap
      postlog unix-dgram n - n - 1 postlogd

      """
    try Files.write(Array(settings.utf8), to: directory + "/etc/main.cf", permissions: 0o644)
    try Files.write(Array(services.utf8), to: directory + "/etc/master.cf", permissions: 0o644)
    // With `-d` it stays in its process group, together with its child processes.
    processID = try ChildProcess.start(
      [Self.program, "-d", "-c", "\(directory)/etc"],
      environment: Environment(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_CONFIG": "\(directory)/etc"]),
      descriptors: [0, 1, 2])
    var status: Int32 = 0
    while !LoopbackConnection.answers(port) {
      guard waitpid(processID, &status, WNOHANG) == 0 else { throw BenchmarkError("Postfix ended at once") }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  private static func makeFolders(in directory: String) throws {
    guard let owner = getpwnam("postfix")?.pointee, let group = getgrnam("postdrop")?.pointee.gr_gid else {
      throw BenchmarkError("the users of Postfix are missing")
    }
    let own = [
      "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved",
      "trace",
    ]
    let folders = own.map { "queue/" + $0 }
    for name in ["etc", "data", "queue/pid", "queue/maildrop", "queue/public"] + folders {
      try Files.makeDirectories("\(directory)/\(name)")
    }
    for name in ["data"] + folders {
      chown("\(directory)/\(name)", owner.pw_uid, owner.pw_gid)
      chmod("\(directory)/\(name)", 0o700)
    }
    for (name, mode) in [("maildrop", mode_t(0o730)), ("public", 0o710)] {
      chown("\(directory)/queue/\(name)", owner.pw_uid, group)
      chmod("\(directory)/queue/\(name)", mode)
    }
    // Its child processes work below it as postfix.
    for name in ["", "/etc", "/queue"] { chmod(directory + name, 0o755) }
  }

  /// Whether nothing is waiting in the queue or on its way to the sink.
  var isEmpty: Bool { ["incoming", "active"].allSatisfy { !Self.hasFile(in: "\(directory)/queue/\($0)") } }

  /// Mails that the sink did not accept at once.
  func deferred() throws -> Int {
    let folder = directory + "/queue/deferred"
    return try Files.names(in: folder).reduce(0) { try $0 + Files.names(in: FilePath.join(folder, $1)).count }
  }

  /// Reads only the first entry: the folder may contain thousands.
  private static func hasFile(in folder: String) -> Bool {
    guard let list = opendir(folder) else { return true }
    defer { closedir(list) }
    var count = 0
    while count < 3, readdir(list) != nil { count += 1 }
    return count > 2
  }

  /// Ends it with all its child processes.
  func stop() {
    kill(-processID, SIGKILL)
    var status: Int32 = 0
    waitpid(processID, &status, 0)
  }
}
