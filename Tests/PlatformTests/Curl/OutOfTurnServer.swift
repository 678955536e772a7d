import Support
import Synchronization

/// An SMTP server on loopback that leaves a mail without an answer and then, when told to, ends its connection and says
/// the first digit of a reply on all others, of which nobody has asked anything.
final class OutOfTurnServer: Sendable {
  private struct State {
    /// Connections whose first mail waits until there are `gathering` of them.
    var gathered: [LoopbackSocket] = []
    var gathering: Int
    var isArmed = false
    var hasEnded = false
    var held: LoopbackSocket?
    var waiter: CheckedContinuation<Void, Never>?
    var sockets: [ObjectIdentifier: LoopbackSocket] = [:]
    /// Connections on which a digit was said already.
    var ahead: Set<ObjectIdentifier> = []
  }

  private let listener: LoopbackListener
  private let shared: Shared

  private final class Shared: Sendable {
    let state: Mutex<State>
    init(gathering: Int) { state = Mutex(State(gathering: gathering)) }
  }

  var port: UInt16 { listener.port }

  /// - Parameter connections: how many take a mail each before the first is answered.
  init(connections: Int) throws {
    let shared = Shared(gathering: connections)
    self.shared = shared
    listener = try LoopbackListener { Self.serve($0, shared) }
  }

  func stop() { listener.stop() }

  /// The next mail that begins gets no answer.
  func holdNextMail() { shared.state.withLock { $0.isArmed = true } }

  /// Returns when a mail has begun that gets no answer.
  func holdsMail() async {
    await withCheckedContinuation { continuation in
      let isHeld = shared.state.withLock { state in
        if state.held == nil { state.waiter = continuation }
        return state.held != nil
      }
      if isHeld { continuation.resume() }
    }
  }

  /// Ends the connection of the first mail that is held, speaks on all others, and holds that mail again when it comes
  /// there; later it does nothing.
  func endHeldMail() {
    let (held, others) = shared.state.withLock { state -> (LoopbackSocket?, [LoopbackSocket]) in
      guard !state.hasEnded, let held = state.held else { return (nil, []) }
      state.held = nil
      state.hasEnded = true
      state.isArmed = true
      let others = state.sockets.filter { $0.value !== held }
      state.ahead.formUnion(others.keys)
      return (held, Array(others.values))
    }
    held?.end()
    for other in others { other.write("2") }
    for other in others { other.waitUntilReceived() }
  }

  /// The mail that is held goes on.
  func answerHeldMail() {
    let held = shared.state.withLock { state in
      defer { state.held = nil }
      return state.held
    }
    if let held { Self.say("250 ok\r\n", on: held, shared) }
  }

  private static func say(_ text: String, on socket: LoopbackSocket, _ shared: Shared) {
    let isAhead = shared.state.withLock { $0.ahead.remove(ObjectIdentifier(socket)) != nil }
    socket.write(isAhead ? String(text.dropFirst()) : text)
  }

  private static func serve(_ socket: LoopbackSocket, _ shared: Shared) {
    let id = ObjectIdentifier(socket)
    shared.state.withLock { $0.sockets[id] = socket }
    defer { shared.state.withLock { _ = $0.sockets.removeValue(forKey: id) } }
    func say(_ text: String) { Self.say(text, on: socket, shared) }
    socket.write("220 hello\r\n")
    while let bytes = socket.readLine() {
      switch String(decoding: bytes.prefix(4), as: UTF8.self).uppercased() {
      case "EHLO": say("250 me\r\n")
      case "MAIL":
        let gathered = shared.state.withLock { state -> [LoopbackSocket]? in
          guard state.gathering > 0 else { return nil }
          state.gathered.append(socket)
          if state.gathered.count < state.gathering { return [] }
          state.gathering = 0
          return state.gathered
        }
        if let gathered {
          for socket in gathered { socket.write("250 ok\r\n") }
          break
        }
        let (isHeld, waiter) = shared.state.withLock { state in
          guard state.isArmed else { return (false, nil as CheckedContinuation<Void, Never>?) }
          state.isArmed = false
          state.held = socket
          defer { state.waiter = nil }
          return (true, state.waiter)
        }
        waiter?.resume()
        if !isHeld { say("250 ok\r\n") }
      case "DATA":
        say("354 go\r\n")
        while let line = socket.readLine(), line != [0x2E, 0x0D, 0x0A] {}
        say("250 ok\r\n")
      default: say("250 ok\r\n")
      }
    }
  }
}
