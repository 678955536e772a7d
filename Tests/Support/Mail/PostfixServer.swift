import Glibc
import Platform

/// A real Postfix (Debian package postfix) of one test, which keeps every mail for `@customers.example` as a file.
///
/// Configuration, queue, log and mails stand in a temporary directory; it listens on one free loopback port, and knows
/// nothing of the machine's own Postfix. Recipients that begin with `unknown` do not exist. Postfix's master process
/// insists on root, which it gives up for each of its parts.
package final class PostfixServer: Sendable {
  /// How it answers on its port.
  package enum Security: Sendable {
    case none
    /// Offers STARTTLS.
    case startTLS(CertificateAuthority.Certificate)
    /// TLS from the first byte.
    case implicitTLS(CertificateAuthority.Certificate)
  }

  /// Whether this process can start one: it is root, and Postfix is installed.
  package static let canRun = getuid() == 0 && Files.exists(program)

  private static let programs = "/usr/lib/postfix/sbin"
  private static let program = programs + "/master"

  package let port: UInt16
  private let directory: String
  private let master: Child

  /// Returns when it accepts connections.
  ///
  /// - Parameters:
  ///   - settings: more lines of main.cf, or others in place of the usual ones.
  ///   - logins: who may log in; without a login it then takes no mail.
  package init(
    _ settings: [String: String] = [:], security: Security = .none, logins: LoginService? = nil
  ) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-postfix")
    self.directory = directory
    // Its parts work below it as postfix and nobody.
    chmod(directory, 0o755)
    try Self.makeFolders(in: directory)
    var lines = Self.settings(directory, security, logins)
    lines.merge(settings) { $1 }
    let text = lines.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
    try Files.write(Array(text.utf8), to: directory + "/etc/main.cf", permissions: 0o644)
    // The port may be taken in between by another program: the next round asks for another.
    for _ in 0..<10 {
      let port = try FreePort.find()
      let services = Self.services(port, security)
      try Files.write(Array(services.utf8), to: directory + "/etc/master.cf", permissions: 0o644)
      // With -d it stays in the process group it was started in.
      let master = try Child(
        [Self.program, "-d", "-c", directory + "/etc"], environment: ["MAIL_CONFIG": directory + "/etc"],
        output: directory + "/master.log")
      try await eventually("Postfix", within: .seconds(60), context: { Self.text(in: directory) }) {
        // Said when it listens.
        master.exitStatus != nil || Self.text(in: directory).contains("daemon started")
      }
      if master.exitStatus == nil {
        self.port = port
        self.master = master
        return
      }
    }
    defer { try? Files.removeTree(directory) }
    throw NotStarted(text: Self.text(in: directory))
  }

  /// Ends it with all its parts, and removes what it kept.
  package func stop() {
    master.kill()
    try? Files.removeTree(directory)
  }

  /// What it has written so far.
  package var log: String { Self.text(in: directory) }

  private static func text(in directory: String) -> String {
    let files = ["master.log", "log"].map { (try? Files.read("\(directory)/\($0)")) ?? [] }
    return String(decoding: files.joined(), as: UTF8.self)
  }

  private struct NotStarted: Error, CustomStringConvertible {
    let text: String

    var description: String { "Postfix does not start\n\(text)" }
  }

  /// Every mail that was delivered to a mailbox, in no order.
  package func mails() throws -> [Mail] {
    let inbox = directory + "/mails/inbox/new"
    guard Files.exists(inbox) else { return [] }
    return try Files.names(in: inbox).map { Mail(try Files.read(FilePath.join(inbox, $0))) }
  }

  // MARK: - What Postfix needs to run

  private static func makeFolders(in directory: String) throws {
    for name in ["etc", "data", "mails", "queue"] { try Files.makeDirectories("\(directory)/\(name)") }
    for name in ["etc", "queue", "mails"] { chmod("\(directory)/\(name)", 0o755) }
    guard let owner = getpwnam("postfix")?.pointee, let nobody = getpwnam("nobody")?.pointee else {
      throw SystemError("find the users of Postfix", code: ENOENT)
    }
    let group = getgrnam("postdrop")?.pointee.gr_gid ?? owner.pw_gid
    let kept = [
      "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "saved", "trace",
    ]
    for name in kept + ["maildrop", "pid", "private", "public"] {
      try Files.makeDirectories("\(directory)/queue/\(name)")
    }
    for name in kept + ["private"] {
      chown("\(directory)/queue/\(name)", owner.pw_uid, owner.pw_gid)
      chmod("\(directory)/queue/\(name)", 0o700)
    }
    for (name, mode) in [("maildrop", mode_t(0o730)), ("public", 0o710)] {
      chown("\(directory)/queue/\(name)", owner.pw_uid, group)
      chmod("\(directory)/queue/\(name)", mode)
    }
    chown("\(directory)/data", owner.pw_uid, owner.pw_gid)
    chown("\(directory)/mails", nobody.pw_uid, nobody.pw_gid)
  }

  private static func settings(
    _ directory: String, _ security: Security, _ logins: LoginService?
  ) -> [String: String] {
    let nobody = getpwnam("nobody")?.pointee
    var settings = [
      "compatibility_level": "3.6", "queue_directory": directory + "/queue",
      "data_directory": directory + "/data",
      "maillog_file": directory + "/log", "maillog_file_prefixes": directory, "myhostname": "mail.test",
      "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4", "mydestination": "", "alias_maps": "",
      "alias_database": "", "local_recipient_maps": "", "smtpd_client_event_limit_exceptions": "",
      // Who errs too often is slowed down: right for the world, too slow for a test.
      "smtpd_error_sleep_time": "0", "smtpd_relay_restrictions": "reject_unauth_destination",
      "virtual_mailbox_domains": "customers.example", "virtual_mailbox_base": directory + "/mails",
      "virtual_mailbox_maps": "regexp:{{!/^unknown/ inbox/}}", "virtual_minimum_uid": "1",
      "virtual_uid_maps": "static:\(nobody?.pw_uid ?? 65534)",
      "virtual_gid_maps": "static:\(nobody?.pw_gid ?? 65534)",
    ]
    switch security {
    case .none: break
    case .startTLS(let certificate), .implicitTLS(let certificate):
      settings["smtpd_tls_chain_files"] = certificate.chainFile
      settings["smtpd_tls_security_level"] = "may"
      settings["smtpd_tls_auth_only"] = "yes"
    }
    if let logins {
      settings["smtpd_sasl_auth_enable"] = "yes"
      settings["smtpd_sasl_type"] = "dovecot"
      settings["smtpd_sasl_path"] = "inet:127.0.0.1:\(logins.port)"
      settings["smtpd_client_restrictions"] = "permit_sasl_authenticated, reject"
    }
    return settings
  }

  private static func services(_ port: UInt16, _ security: Security) -> String {
    var receiver = "127.0.0.1:\(port) inet n - n - - smtpd"
    if case .implicitTLS = security { receiver += " -o smtpd_tls_wrappermode=yes" }
    return receiver + """

      cleanup unix n - n - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      rewrite unix - - n - - trivial-rewrite
      bounce unix - - n - 0 bounce
      defer unix - - n - 0 bounce
      trace unix - - n - 0 bounce
      virtual unix - n n - - virtual
      error unix - - n - - error
      retry unix - - n - - error
      anvil unix - - n - 1 anvil
      tlsmgr unix - - n 1000? 1 tlsmgr
      proxymap unix - - n - - proxymap
      postlog unix-dgram n - n - 1 postlogd

      """
  }
}
