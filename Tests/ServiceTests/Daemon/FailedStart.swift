import Configuration
import Platform
import Service
import Store
import Support

/// Something that keeps a daemon from starting, at one stage of the start, until it is taken away.
enum FailedStart: String, CaseIterable, Sendable {
  /// Another process has the store.
  case lock
  /// The outbox of the last run cannot be recovered.
  case recovery
  /// The configuration's rules cannot be written.
  case rules
  /// The example shop cannot be filled in.
  case demo
  /// What listens would be open to everybody.
  case exposure
  case port
  /// Something else lies where the control socket belongs.
  case control
  /// Another daemon answers at the control socket.
  case answeredControl
  case channel

  /// How the start ends.
  var message: String {
    switch self {
    case .lock: "is in use by process"
    case .recovery: "no such table: messages"
    case .rules, .demo: "constraint: not now"
    case .exposure: "http: 0.0.0.0:1 is open beyond this machine"
    case .port: "http: cannot listen on 127.0.0.1:"
    case .control: "listen on '"
    case .answeredControl: "another daemon listens on '"
    case .channel: "channel 'email'"
    }
  }

  /// What makes the store refuse a stage, and what undoes that.
  private var edits: (make: SQLText, undo: SQLText)? {
    let refuse = "BEGIN SELECT RAISE(ABORT, 'not now'); END"
    return switch self {
    case .recovery: ("ALTER TABLE messages RENAME TO elsewhere", "ALTER TABLE elsewhere RENAME TO messages")
    case .rules:
      (
        SQLText("CREATE TRIGGER refusal BEFORE INSERT ON meta WHEN NEW.name LIKE 'waits:%' \(refuse)"),
        "DROP TRIGGER refusal"
      )
    case .demo:
      (SQLText("CREATE TRIGGER refusal BEFORE INSERT ON products \(refuse)"), "DROP TRIGGER refusal")
    default: nil
    }
  }

  /// Puts the obstacle there. - Returns: the options to start with, and what takes it away again.
  func prepare(
    _ shop: ShopDirectory
  ) async throws -> (
    options: ServiceOptions, remove: @Sendable () async throws -> Void
  ) {
    var options = shop.options
    options.control = shop.path + "/control"
    let control = shop.path + "/control"
    switch self {
    case .lock:
      let lock = Held(try LockFile(shop.path + "/reprise.db-lock"))
      return (options, { lock.file.release() })
    case .recovery, .rules, .demo:
      options.isDemo = self == .demo
      guard let edits else { break }
      // Only what has changed is written.
      if self == .rules { try shop.change("Asia/Shanghai", to: "Asia/Tokyo") }
      try await Self.edit(shop) { try $0.connection.execute(edits.make) }
      return (options, { try await Self.edit(shop) { try $0.connection.execute(edits.undo) } })
    case .exposure:
      var exposed = options
      exposed.listen = ListenAddress(host: "0.0.0.0", port: 1)
      return (exposed, {})
    case .port:
      let other = try LoopbackListener { _ in }
      let port = other.port
      try shop.change("127.0.0.1:0", to: "127.0.0.1:\(port)")
      return (
        options,
        {
          other.stop()
          try shop.change("127.0.0.1:\(port)", to: "127.0.0.1:0")
        }
      )
    case .control:
      try Files.makeDirectories(control)
      return (options, { try Files.removeTree(control) })
    case .answeredControl:
      let other = try ControlServer(path: control) { _, _ in }
      return (options, { other.stop() })
    case .channel:
      // What a header cannot hold is seen by the adapter only.
      let plain = "adapter: capture, directory: \"\(shop.path)/outbox\", from"
      let mail = "adapter: smtp, url: \"smtp://127.0.0.1:25\", list_id: \"news tea\", from"
      try shop.change(plain, to: mail)
      return (options, { try shop.change(mail, to: plain) })
    }
    return (options, {})
  }

  private final class Held: Sendable {
    let file: LockFile
    init(_ file: consuming LockFile) { self.file = file }
  }

  private static func edit(
    _ shop: ShopDirectory, _ body: @escaping @Sendable (Transaction) throws -> Void
  )
    async throws
  {
    let store = try Store(.sqlite(path: shop.path + "/reprise.db"))
    try await closing({ await store.close() }, after: { try await store.write(body) })
  }
}
