import Support
import Synchronization

/// What a provider of the tests does with every message.
enum ProviderBehaviour: String, CaseIterable, Sendable {
  case accepts
  case refusesMessage
  case refusesForNow
  /// Takes the whole message and says nothing.
  case fallsSilent
  /// Keeps its connections, and ends one in six that was used before when it has taken a message over it.
  case dropsKept
}

/// A provider of the tests: remembers every message that reached it whole.
final class Provider: Sendable {
  private let messages = Mutex<[String]>([])
  private let used = Mutex((times: 0, drops: 0))

  var received: [String] { messages.withLock { $0 } }
  private func keep(_ message: String) { messages.withLock { $0.append(message) } }

  /// How many messages were taken and not answered.
  var drops: Int { used.withLock { $0.drops } }

  private func mustDrop() -> Bool {
    used.withLock { used in
      used.times += 1
      if used.times % 6 == 0 { used.drops += 1 }
      return used.times % 6 == 0
    }
  }

  /// A small SMTP server without extensions.
  func smtp(_ behaviour: ProviderBehaviour) throws -> LoopbackListener {
    try LoopbackListener { connection in
      var mails = 0
      connection.write("220 test\r\n")
      while let line = connection.readText() {
        switch line.prefix(4).uppercased() {
        case "EHLO", "HELO": connection.write("250 test\r\n")
        case "MAIL": connection.write("250 2.1.0 ok\r\n")
        case "RCPT":
          switch behaviour {
          case .refusesMessage: connection.write("550 5.2.1 not this one s3cret-value\r\n")
          case .refusesForNow: connection.write("451 4.3.0 later s3cret-value\r\n")
          default: connection.write("250 2.1.5 ok\r\n")
          }
        case "DATA":
          connection.write("354 go on\r\n")
          var mail = ""
          var isWhole = false
          while let line = connection.readText() {
            if line == "." {
              isWhole = true
              break
            }
            mail += line + "\n"
          }
          guard isWhole else { return }
          self.keep(mail)
          mails += 1
          if behaviour == .fallsSilent { return }
          if behaviour == .dropsKept, mails > 1, self.mustDrop() { return }
          connection.write("250 2.0.0 Ok: queued as ABC123\r\n")
        case "RSET", "NOOP": connection.write("250 ok\r\n")
        case "QUIT":
          connection.write("221 bye\r\n")
          return
        default: connection.write("500 what\r\n")
        }
      }
    }
  }

  /// A small HTTP server: one request a connection, unless it keeps them.
  func http(
    _ behaviour: ProviderBehaviour, status: Int = 200, answer: String = "{\"id\":\"ABC123\"}"
  ) throws -> LoopbackListener {
    try LoopbackListener { connection in
      var requests = 0
      while true {
        var head = ""
        var length = 0
        while let line = connection.readText(), !line.isEmpty {
          head += line + "\n"
          if line.lowercased().hasPrefix("content-length: ") { length = Int(line.dropFirst(16)) ?? 0 }
        }
        guard !head.isEmpty else { return }
        let body = String(decoding: connection.read(length), as: UTF8.self)
        self.keep(head + "\n" + body)
        requests += 1
        let (code, text) =
          switch behaviour {
          case .accepts: (status, answer)
          case .refusesMessage: (422, "{\"error\":\"not this one s3cret-value\"}")
          case .refusesForNow: (408, "{\"error\":\"later s3cret-value\"}")
          case .fallsSilent: (0, "")
          case .dropsKept: requests > 1 && self.mustDrop() ? (0, "") : (status, answer)
          }
        guard code > 0 else { return }
        let end = behaviour == .dropsKept ? "keep-alive" : "close"
        connection.write(
          "HTTP/1.1 \(code) X\r\nContent-Length: \(text.utf8.count)\r\nConnection: \(end)\r\n\r\n\(text)")
        if behaviour != .dropsKept { return }
      }
    }
  }
}
