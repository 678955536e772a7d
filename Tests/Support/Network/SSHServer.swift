import Glibc
import Platform

/// A real server of OpenSSH on a free loopback port, for SFTP with the key `user`, as whoever runs the tests. Its
/// directory, with its keys and `known_hosts`, goes with it.
package final class SSHServer: Sendable {
  package let directory: String
  package let port: UInt16
  private let child: Child

  package var keyFile: String { directory + "/user" }
  package var knownHosts: String { directory + "/known_hosts" }
  /// Who signs in.
  package let user: String

  package init() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "ssh")
    self.directory = directory
    port = try FreePort.find()
    user = String(cString: getpwuid(geteuid()).pointee.pw_name)
    for key in ["host", "user"] { try Self.makeKey("\(directory)/\(key)") }
    let configuration = """
      Port \(port)
      ListenAddress 127.0.0.1
      HostKey \(directory)/host
      PidFile none
      AuthorizedKeysFile \(directory)/user.pub
      StrictModes no
      UsePAM no
      PasswordAuthentication no
      PermitRootLogin yes
      Subsystem sftp internal-sftp

      """
    try Files.write(Array(configuration.utf8), to: directory + "/sshd_config")
    // What root's server locks its children into.
    if geteuid() == 0 { try Files.makeDirectories("/run/sshd") }
    child = try Child(
      ["/usr/sbin/sshd", "-D", "-e", "-f", directory + "/sshd_config"], output: directory + "/log")
    let host = try Files.readText(directory + "/host.pub").split(separator: " ").prefix(2)
    try Files.write(
      Array("[127.0.0.1]:\(port) \(host.joined(separator: " "))\n".utf8), to: directory + "/known_hosts")
    let (child, port) = (child, port)
    try await eventually("answer of sshd", context: { child.text }) {
      (try? LoopbackSocket(connectingTo: port)) != nil
    }
  }

  deinit {
    child.kill()
    try? Files.removeTree(directory)
  }

  /// A key without a password.
  package static func makeKey(_ path: String) throws {
    let made = try spawn(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path])
    guard made.status == 0 else { throw NoKey(text: made.errorText) }
  }

  private struct NoKey: Error { var text: String }
}
