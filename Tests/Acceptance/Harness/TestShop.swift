import Glibc
import Platform
import Support
import Synchronization

/// Which database the program works on.
enum StoreKind: String, CaseIterable, Sendable {
  case sqlite, postgresql
}

/// A shop of one test: its configuration, store, ports and programs in a temporary directory, gone at the end.
final class TestShop: Sendable {
  static let key = "key-of-the-shop"
  /// `${env:REPRISE_MAIL_PASSWORD}`
  static let mailPassword = "w0rd-of-the-shop"

  let kind: StoreKind
  let directory: String
  let port: UInt16
  let store: String
  private let children = Mutex<[Child]>([])

  var configuration: String { directory + "/config" }
  var control: String { directory + "/control.sock" }
  var log: String { directory + "/daemon.log" }

  private init(_ kind: StoreKind) async throws {
    self.kind = kind
    directory = try Files.makeTemporaryDirectory(prefix: "reprise-acceptance")
    // The mail receiver works as nobody below it.
    chmod(directory, 0o755)
    port = try FreePort.find()
    switch kind {
    case .sqlite: store = "sqlite://\(directory)/reprise.db"
    case .postgresql:
      store = try await WorkerThread.run("postgres") { try TemporaryPostgres.durable().makeDatabase() }
    }
    try Files.makeDirectories(configuration + "/triggers")
    try Files.makeDirectories(configuration + "/templates")
  }

  /// Runs `body` and ends whatever it started.
  static func run(_ kind: StoreKind = .sqlite, _ body: (TestShop) async throws -> Void) async throws {
    let shop = try await TestShop(kind)
    defer { shop.close() }
    try await body(shop)
  }

  private func close() {
    for child in children.withLock({ $0 }) { child.kill() }
    try? Files.removeTree(directory)
  }

  // MARK: - Configuration

  /// Writes `reprise.yaml`; `channel` is the flow mapping of the channel `email`.
  func configure(channel: String, more: String = "") throws {
    try write(
      "reprise.yaml",
      """
      brand:
        name: Hill Tea
        url: https://tea.example
        address: 1 Hill Road
        time_zone: UTC
        currency: CNY
        locale: en
      store: \(store)
      control_socket: \(control)
      http:
        listen: 127.0.0.1:\(port)
        public_url: https://hello.tea.example
        write_keys: ["${env:REPRISE_WRITE_KEY}"]
      channels:
        email: \(channel)
      \(more)
      """)
  }

  func configureCapture() throws {
    try configure(channel: "{adapter: capture, directory: \(directory)/outbox}")
  }

  func configureMail(_ sink: SMTPSink) throws {
    try configure(
      channel:
        "{adapter: smtp, url: 'smtp://127.0.0.1:\(sink.port)', encryption: none, from: Hill Tea <hello@tea.example>, connections: 10}"
    )
  }

  /// A trigger and its templates, each a subject and one line.
  func addTrigger(_ name: String, _ rest: String) throws {
    try write("triggers/\(name).yaml", "trigger: \(name)\n\(rest)\n")
  }

  func addTemplate(_ name: String, subject: String, _ line: String) throws {
    let path = "templates/\(name).html.liquid"
    try Files.makeDirectories(FilePath.directory(of: configuration + "/" + path))
    try write(
      path,
      """
      ---
      subject: '\(subject)'
      ---
      <p>\(line)</p>
      <p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>

      """)
  }

  /// Welcome and cart recovery that count seconds instead of days.
  func addTriggersOfSeconds() throws {
    try addTrigger(
      "welcome",
      """
      when: {event: order_completed, only: first}
      steps:
        - {after: 500ms, channel: email, template: welcome/thanks}
        - {after: 2s, channel: email, template: welcome/guide}
      """)
    try addTrigger(
      "cart_recovery",
      """
      when: {cart_idle: 1s}
      steps:
        - {channel: email, template: cart/reminder}
      """)
    try addTemplate("welcome/thanks", subject: "Thanks for {{ order.id }}", "Order {{ order.id }} is packed.")
    try addTemplate("welcome/guide", subject: "Guide", "How to brew it.")
    try addTemplate(
      "cart/reminder", subject: "Your cart",
      "{% for line in cart.items %}{{ line.quantity }} x {{ line.sku }};{% endfor %}")
  }

  func write(_ path: String, _ text: String) throws {
    try Files.write(Array(text.utf8), to: configuration + "/" + path)
  }

  // MARK: - Programs

  var environment: [ExactText: String] {
    [
      "REPRISE_WRITE_KEY": Self.key, "REPRISE_MAIL_PASSWORD": Self.mailPassword, "NO_COLOR": "1", "TZ": "UTC",
    ]
  }

  /// Starts `reprise run` and returns at once.
  func launch(_ options: [String] = [], environment: [ExactText: String] = [:]) throws -> Child {
    let program = try Program.path()
    return try adopt(
      Child(
        [program, "run", "--config", configuration, "--log-format", "logfmt"] + options,
        environment: self.environment.merging(environment) { $1 }, output: log))
  }

  /// Starts the daemon and waits until it says that it is ready.
  func start(_ options: [String] = [], environment: [ExactText: String] = [:]) async throws -> Child {
    let child = try launch(options, environment: environment)
    try await waitUntilReady(child)
    return child
  }

  func waitUntilReady(_ child: Child) async throws {
    try await eventually("answer of /readyz", context: { child.text }) {
      if let status = child.exitStatus { throw DaemonEnded(status: status, log: child.text) }
      return try await PlainHTTP.send("GET", "/readyz", port: port).status == 200
    }
  }

  @discardableResult
  func adopt(_ child: Child) -> Child {
    children.withLock { $0.append(child) }
    return child
  }

  /// A mail receiver that ends with the shop.
  ///
  /// - Parameter port: to come after another receiver on it, whose mails are kept together with the new ones.
  func startMailSink(_ options: [String] = [], port: UInt16? = nil) async throws -> SMTPSink {
    let sink = try await SMTPSink(options, keepingIn: directory + "/mails", port: port)
    adopt(sink.child)
    return sink
  }

  /// Runs one command of the program on this shop.
  func reprise(_ command: String, _ arguments: String...) async throws -> Answer {
    try await Program.run([command, "--config", configuration] + arguments, environment: environment)
  }

  /// Asks the running daemon over its control socket, as the commands do.
  func ask(_ request: JSON) async throws -> JSON {
    let control = control
    return try await WorkerThread.run("ask") {
      var client = try ControlClient(path: control)
      return try client.call(request) ?? .null
    }
  }

  /// Runs `shop.py`, which sends through the client library of Segment.
  func python(_ arguments: String...) throws -> Child {
    guard let folder = Environment.process["REPRISE_TEST_VENV"] else { throw NoPython() }
    let script = FilePath.directory(of: FilePath.directory(of: #filePath)) + "/shop.py"
    let environment: [ExactText: String] = [
      "HOST": "http://127.0.0.1:\(port)", "KEY": Self.key, "no_proxy": "127.0.0.1", "PYTHONUNBUFFERED": "1",
    ]
    let output = "\(directory)/python-\(children.withLock { $0.count }).log"
    return try adopt(
      Child([folder + "/bin/python3", script] + arguments, environment: environment, output: output))
  }

  struct NoPython: Error, CustomStringConvertible {
    var description: String {
      "REPRISE_TEST_VENV does not name a Python environment with the client libraries; `make test` makes it"
    }
  }

  /// The calls of a shop whose customer, with an address of that name, has ordered.
  static func order(_ customer: String, _ id: String, note: String? = nil) -> [JSON] {
    var properties: JSONObject = ["order_id": .string(id), "total": 20]
    if let note { properties["note"] = .string(note) }
    return [
      [
        "type": "identify", "messageId": .string("i-" + id), "userId": .string(customer),
        "traits": ["email": .string("\(customer)@customers.example")],
      ],
      [
        "type": "track", "messageId": .string("t-" + id), "userId": .string(customer),
        "event": "Order Completed", "properties": .object(properties),
      ],
    ]
  }

  /// Sends calls as the Segment API takes them.
  func post(_ batch: [JSON]) async throws -> PlainHTTP.Reply {
    let authorization = "Basic \(Base64.text(Array((Self.key + ":").utf8)))"
    let body: JSON = ["batch": .array(batch)]
    return try await PlainHTTP.send(
      "POST", "/v1/batch", port: port,
      headers: ["Authorization": authorization, "Content-Type": "application/json"], body: body.text())
  }
}

extension TestShop {
  /// Waits until nobody is enrolled any more and every message is finished or ambiguous.
  func waitUntilIdle(within limit: Duration = .seconds(60)) async throws {
    let log = log
    try await eventually(
      "end of all work", within: limit,
      context: { String(decoding: ((try? Files.read(log)) ?? []).suffix(4000), as: UTF8.self) }
    ) {
      // While it is being started nobody answers.
      guard let status = try? await ask(["command": "status"]) else { return false }
      let unfinished = (status["queues"]?.objectValue ?? JSONObject()).reduce(into: Int64(0)) { sum, queue in
        for state in ["queued", "waiting", "leased", "handoff"] {
          sum += queue.value[state]?.integerValue ?? 0
        }
      }
      return unfinished == 0 && status["enrollments"]?.integerValue == 0
    }
  }
}
