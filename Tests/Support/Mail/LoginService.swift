import Platform
import Synchronization

/// Who may log in at a `PostfixServer`: answers Postfix in the protocol of Dovecot's authentication server (version 1),
/// and remembers every attempt.
package final class LoginService: Sendable {
  package struct Attempt: Equatable, Sendable {
    package var mechanism: String
    package var username: String
    package var password: String
    /// Whether it came over TLS.
    package var isSecured: Bool

    package init(_ mechanism: String, _ username: String, _ password: String, isSecured: Bool) {
      self.mechanism = mechanism
      self.username = username
      self.password = password
      self.isSecured = isSecured
    }
  }

  private let listener: LoopbackListener
  private let shared: Shared

  private final class Shared: Sendable {
    let attempts = Mutex<[Attempt]>([])
  }

  var port: UInt16 { listener.port }
  package var attempts: [Attempt] { shared.attempts.withLock { $0 } }

  package init(username: String, password: String) throws {
    let shared = Shared()
    self.shared = shared
    listener = try LoopbackListener { socket in
      socket.write(
        "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00112233445566778899aabbccddeeff\nDONE\n"
      )
      var request: [String] = []
      while let line = socket.readText() {
        var fields = line.split(separator: "\t").map(String.init)
        switch fields.first {
        case "AUTH" where !fields.contains { $0.hasPrefix("resp=") }:
          // The client waits to be asked for its answer.
          request = fields
          socket.write("CONT\t\(fields[1])\t\n")
          continue
        case "CONT" where fields.count > 2: fields = request + ["resp=" + fields[2]]
        case "AUTH": break
        default: continue
        }
        let response = fields.first { $0.hasPrefix("resp=") }.flatMap {
          Base64.bytes(String($0.dropFirst(5)))
        }
        // Authorization identity, user name and password (RFC 4616).
        let words = (response ?? []).split(separator: 0, omittingEmptySubsequences: false)
          .map { String(decoding: $0, as: UTF8.self) }
        let attempt = Attempt(
          fields[2], words.count > 1 ? words[1] : "", words.count > 2 ? words[2] : "",
          isSecured: fields.contains("secured"))
        shared.attempts.withLock { $0.append(attempt) }
        let isGood = attempt.username == username && attempt.password == password
        socket.write("\(isGood ? "OK" : "FAIL")\t\(fields[1])\tuser=\(attempt.username)\n")
      }
    }
  }

  package func stop() { listener.stop() }
}
