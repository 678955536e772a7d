import Support
import Synchronization

/// An SMTP server on loopback that misbehaves on request, and remembers what it was told.
final class FaultSMTPServer: Sendable {
  enum Reply: Sendable {
    case line(String)
    /// Sends exactly this and ends the connection.
    case cut(String)
    case drop
    /// Says nothing until the client leaves.
    case hang
  }

  /// Replies other than the good ones, by the place in the conversation: `greeting`, `EHLO`, `AUTH`, `MAIL`,
  /// `RCPT`, `DATA`, `.`, and `body` for the moment in which the body begins.
  struct Script: Sendable {
    var replies: [String: Reply] = [:]
    var extensions = ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 1000000", "AUTH PLAIN"]
    /// From which transaction on a connection the replies hold, counted from 1.
    var fromTransaction = 1
    /// Asks for the message although the recipient was refused.
    var takesDataWithoutRecipient = false
  }

  struct Record: Sendable {
    var connections = 0
    var commands: [String] = []
    /// Messages whose dot came, as they stood on the wire without the dot.
    var messages: [[UInt8]] = []
    /// Conversations that ended inside a message.
    var cutMessages = 0
  }

  private let listener: LoopbackListener
  private let shared: Shared

  private final class Shared: Sendable {
    let record = Mutex(Record())
  }

  var port: UInt16 { listener.port }
  var record: Record { shared.record.withLock { $0 } }

  init(_ script: Script = Script()) throws {
    let shared = Shared()
    self.shared = shared
    listener = try LoopbackListener { socket in Self.serve(socket, script, shared) }
  }

  private static func serve(_ socket: LoopbackSocket, _ script: Script, _ shared: Shared) {
    shared.record.withLock { $0.connections += 1 }
    var transaction = 1
    var hasRecipient = false
    /// Says the scripted or the given reply; false when the connection is to end.
    func say(_ place: String, _ good: String) -> Bool {
      let reply = transaction >= script.fromTransaction ? script.replies[place] : nil
      switch reply {
      case nil: socket.write(good + "\r\n")
      case .line(let text): socket.write(text + "\r\n")
      case .cut(let text):
        socket.write(text)
        return false
      case .drop: return false
      case .hang:
        _ = socket.readToEnd()
        return false
      }
      return true
    }
    guard say("greeting", "220 fault.test ready") else { return }
    while let bytes = socket.readLine() {
      let line = String(decoding: bytes.dropLast(2), as: UTF8.self)
      shared.record.withLock { $0.commands.append(line) }
      let verb = String(line.prefix { $0 != " " }).uppercased()
      let goesOn: Bool
      switch verb {
      case "EHLO":
        let lines = ["fault.test"] + script.extensions
        goesOn = say(
          "EHLO",
          lines.enumerated().map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }
            .joined(separator: "\r\n"))
      case "AUTH": goesOn = say("AUTH", "235 2.7.0 welcome")
      case "MAIL", "RSET":
        hasRecipient = false
        goesOn = say(verb, "250 2.1.0 ok")
      case "RCPT":
        hasRecipient = transaction < script.fromTransaction || script.replies["RCPT"] == nil
        goesOn = say(verb, "250 2.1.0 ok")
      case "DATA" where !hasRecipient && !script.takesDataWithoutRecipient:
        socket.write("503 5.5.1 no valid recipients\r\n")
        goesOn = true
      case "QUIT":
        socket.write("221 bye\r\n")
        return
      case "DATA":
        guard say("DATA", "354 go ahead") else { return }
        if case .line(let text)? = script.replies["DATA"], !text.hasPrefix("354") {
          goesOn = true
          break
        }
        if script.replies["body"] != nil, !say("body", "") { return }
        guard let message = readMessage(socket) else {
          shared.record.withLock { $0.cutMessages += 1 }
          return
        }
        shared.record.withLock { $0.messages.append(message) }
        goesOn = say(".", "250 2.0.0 queued as \(transaction)")
        transaction += 1
      default:
        socket.write("500 what?\r\n")
        goesOn = true
      }
      if !goesOn { return }
    }
  }

  private static func readMessage(_ socket: LoopbackSocket) -> [UInt8]? {
    var message: [UInt8] = []
    while let line = socket.readLine() {
      if line == [0x2E, 0x0D, 0x0A] { return message }
      message.append(contentsOf: line)
    }
    return nil
  }
}
