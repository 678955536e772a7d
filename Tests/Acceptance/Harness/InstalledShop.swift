import Platform
import Support

/// The program installed in a machine as an operator installs it, with a shop whose triggers count milliseconds.
struct InstalledShop: Sendable {
  static let writeKey = "key-that-the-shop-signs-in-with"
  static let programKey = "key-that-only-the-program-gets"
  static let port: UInt16 = 8750
  static let sinkPort: UInt16 = 2525
  private static let mails = "/var/tmp/mails"

  let machine: Machine

  /// Starts a machine with it, runs `body` and ends the machine. The service is not started.
  static func run(_ body: (InstalledShop) async throws -> Void) async throws {
    try await Machine.run { machine in
      let shop = InstalledShop(machine: machine)
      try await shop.install()
      try await shop.prepare()
      try await body(shop)
    }
  }

  /// What has to be done between `make install` and the first start.
  func prepare() async throws {
    try Failed.unlessGood(
      try await machine.shell(
        "systemd-sysusers reprise.conf && systemd-tmpfiles --create reprise.conf && systemctl daemon-reload"))
    try save(Self.writeKey, as: "write_key")
    try save(Self.programKey, as: "program_key")
    try configure()
  }

  /// A step that the test rests on did not work.
  struct Failed: Error, CustomStringConvertible {
    let description: String

    static func unlessGood(_ answer: Answer) throws {
      guard answer.status == 0 else { throw Failed(description: answer.description) }
    }
  }

  /// `make install`, into the machine, by somebody whose files are nobody else's business.
  func install(_ variables: String = "") async throws {
    let make =
      "umask 077; exec make --no-print-directory -C \"$1\" install BUILD=\"$2\" DESTDIR=\"$3\" \(variables)"
    let answer = try await Answer.of([
      "/bin/sh", "-c", make, "-", Repository.path(""), FilePath.directory(of: try Program.path()),
      machine.path(""),
    ])
    try Failed.unlessGood(answer)
  }

  func save(_ secret: String, as name: String) throws {
    try machine.write(secret + "\n", to: "/etc/reprise/credentials/" + name, permissions: 0o600)
  }

  // MARK: - Configuration

  /// Mail to the sink, and a program that gets the same messages.
  func configure(store: String = "sqlite:///var/lib/reprise/reprise.db") throws {
    try machine.write(
      """
      brand:
        name: Hill Tea
        url: https://tea.example
        address: 1 Hill Road
        time_zone: UTC
        currency: CNY
        locale: en
      store: \(store)
      control_socket: /run/reprise/control.sock
      http:
        listen: 127.0.0.1:\(Self.port)
        public_url: https://hello.tea.example
        write_keys: ["${credential:write_key}"]
      channels:
        email:
          adapter: smtp
          url: smtp://127.0.0.1:\(Self.sinkPort)
          encryption: none
          from: Hill Tea <hello@tea.example>
        till:
          adapter: exec
          command: [/usr/local/bin/hand-over]
          environment: {PROGRAM_KEY: "${credential:program_key}"}
          address: email

      """, to: "/etc/reprise/reprise.yaml")
    for trigger in ["birthday", "cart-recovery", "replenishment", "win-back"] {
      // Gone already when it is configured anew.
      try Files.remove(machine.path("/etc/reprise/triggers/\(trigger).yaml"))
    }
    try setTrigger("{event: order_completed, only: first}")
    try machine.write(
      """
      ---
      subject: 'Thanks for {{ order.id }}'
      ---
      <p>It is packed.</p>
      <p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>

      """, to: "/etc/reprise/templates/thanks.html.liquid")
  }

  /// The trigger `welcome` with this `when`, to each channel one message.
  func setTrigger(_ when: String, channels: [String] = ["email"]) throws {
    let steps = channels.map { "  - {after: 50ms, channel: \($0), template: thanks}\n" }.joined()
    try machine.write(
      "trigger: welcome\nwhen: \(when)\nsteps:\n\(steps)", to: "/etc/reprise/triggers/welcome.yaml")
  }

  // MARK: - What happens

  /// Starts the service; returns when systemd does.
  func start() async throws { try Failed.unlessGood(try await machine.run("systemctl", "start", "reprise")) }

  /// First orders of these customers, in one request.
  func order(_ customers: [String], key: String = writeKey) async throws -> PlainHTTP.Reply {
    let calls: [JSON] = customers.flatMap { customer -> [JSON] in
      [
        [
          "type": "identify", "messageId": .string("i-" + customer), "userId": .string(customer),
          "traits": ["email": .string("\(customer)@customers.example")],
        ],
        [
          "type": "track", "messageId": .string("t-" + customer), "userId": .string(customer),
          "event": "Order Completed", "properties": ["order_id": .string("o-" + customer), "total": 20],
        ],
      ]
    }
    let body: JSON = ["batch": .array(calls)]
    return try await machine.http(
      "POST", "/v1/batch", port: Self.port,
      headers: [
        "Authorization": "Basic \(Base64.text(Array((key + ":").utf8)))", "Content-Type": "application/json",
      ], body: body.text())
  }

  /// Postfix's test receiver beside the service.
  func startMailSink(_ options: String...) async throws {
    try await machine.shell("mkdir -p \(Self.mails) && chmod 777 \(Self.mails)")
    let command =
      ["/usr/sbin/smtp-sink"] + options
      + ["-u", "nobody", "-d", Self.mails + "/mail.", "127.0.0.1:\(Self.sinkPort)", "1000"]
    let sink = try machine.start(["/bin/bash", "-c", "exec \"$@\"", "-"] + command)
    try await eventually("mail receiver", context: { sink.text }) {
      try await machine.shell("exec 3<>/dev/tcp/127.0.0.1/\(Self.sinkPort)").status == 0
    }
  }

  func mails() throws -> [Mail] { try SMTPSink.mails(in: machine.path(Self.mails)) }

  /// `reprise` with these words, as root.
  func reprise(_ arguments: String...) async throws -> Answer {
    try await machine.shell("exec reprise " + arguments.joined(separator: " "))
  }

  /// Until nothing is planned, waiting or under way.
  func waitUntilIdle() async throws {
    try await eventually("end of all work") {
      // While it is being started again nobody answers, and the store is not ours to open.
      let answer = try await reprise("status", "--json")
      guard answer.status == 0, let status = try? answer.json(), status["daemon"]?.objectValue != nil else {
        return false
      }
      let unfinished = (status["queues"]?.objectValue ?? JSONObject()).reduce(into: Int64(0)) { sum, queue in
        for state in ["queued", "waiting", "leased", "handoff"] {
          sum += queue.value[state]?.integerValue ?? 0
        }
      }
      return unfinished == 0 && status["enrollments"]?.integerValue == 0
    }
  }
}
