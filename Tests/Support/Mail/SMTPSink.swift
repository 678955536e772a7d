import Glibc
import Platform

/// Postfix's own test receiver on a free loopback port, which also makes the faults it is asked for.
package final class SMTPSink: Sendable {
  package let port: UInt16
  /// Where it keeps every mail it has accepted as a file; nil when it throws them away.
  package let directory: String?
  package let child: Child

  /// Returns when it accepts connections.
  ///
  /// - Parameters:
  ///   - options: of smtp-sink(1).
  ///   - directory: made by this; a mail that was broken off leaves no file there. What the receiver says is in a file
  ///     beside it.
  ///   - given: the port, to come after another on it; nil for a free one.
  package init(
    _ options: [String] = [], keepingIn directory: String? = nil, port given: UInt16? = nil
  ) async throws {
    self.directory = directory
    var arguments = ["/usr/sbin/smtp-sink"] + options
    if let directory {
      try Files.makeDirectories(directory)
      // The receiver gives up root for nobody, who writes here.
      chmod(directory, 0o777)
      arguments += ["-d", "\(directory)/mail."]
    }
    if getuid() == 0 { arguments += ["-u", "nobody"] }
    let output = directory.map { "\($0)-sink.log" } ?? "/dev/null"
    // The port may be taken in between by another program: the next round asks for another.
    for _ in 0..<10 {
      let port = try given ?? FreePort.find()
      let child = try Child(arguments + ["127.0.0.1:\(port)", "1000"], output: output)
      try await eventually("mail receiver", within: .seconds(30), context: { child.text }) {
        FreePort.answers(port) || child.exitStatus != nil
      }
      if child.exitStatus == nil {
        self.port = port
        self.child = child
        return
      }
    }
    throw SystemError("start smtp-sink on a free port", code: EADDRINUSE)
  }

  package func stop() { child.kill() }

  /// How many mails have come or are coming; 0 when it keeps none.
  package func count() throws -> Int { try directory.map { try Files.names(in: $0).count } ?? 0 }

  /// Every mail that is there whole. A file that is being written at this moment may be among them, cut.
  package func mails() throws -> [Mail] { try directory.map { try Self.mails(in: $0) } ?? [] }

  /// The same of a receiver that was not started by us.
  package static func mails(in directory: String) throws -> [Mail] {
    try Files.names(in: directory).compactMap { name in
      // It may have been broken off, and be gone.
      (try? Files.read(FilePath.join(directory, name))).map { Mail($0) }
    }
  }
}
