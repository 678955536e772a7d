internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Glibc
internal import Platform
internal import Service
internal import Store

/// The outbox delivered to Postfix's `smtp-sink`, each claim, handoff and result durable; compared with
/// libcurl alone sending the same bytes over as many connections, and with Postfix relaying the same mails to
/// the same sink.
enum SMTPBenchmark {
  private static let channel: ChannelName = "email"

  static func run(_ options: BenchmarkOptions) async throws -> Report {
    var report = Report("smtp")
    guard Files.exists(SMTPSink.program) else {
      report.notes.append("not run: install Postfix for its smtp-sink")
      return report
    }
    let count = options.messages ?? (options.isFull ? 50_000 : 20_000)
    let sink = try SMTPSink()
    defer { sink.stop() }
    let settings = SMTPSettings(
      url: try ServiceURL("smtp://127.0.0.1:\(sink.port)", rules: .init(schemes: ["smtp"])),
      encryption: .none,
      identity: MailIdentity(from: try Mailbox("Qingshan Tea <hello@tea.example>")),
      clientName: "bench.example",
      flow: FlowSettings(connections: options.connections))
    var size = 0
    var postfix: (own: [Double], ratios: [Double]) = ([], [])
    let mails = try await wireForms(min(count, 1000), settings)
    let rates = try await alternate(rounds: 3) { _ in
      let run = try await ours(count, settings, options)
      size = run.mail.count
      if PostfixRelay.canRun {
        let rate = try await relayed(count, mails, sink.port, options)
        postfix.own.append(rate)
        postfix.ratios.append(run.rateWithInserting / rate)
      }
      return run.rate
    } _: { _ in
      try await theirs(count, mails, sink.port, options.connections)
    }
    let ratio = zip(rates.first, rates.second).map { $0 / $1 }.median
    report.add("durable delivery", rates.first.median, "mails/s")
    report.add("bare libcurl multi loop", rates.second.median, "mails/s")
    report.add("share of the bare loop", ratio * 100, "%", bar: .atLeast(100))
    if PostfixRelay.canRun {
      report.add("Postfix relaying the same mail", postfix.own.median, "mails/s")
      report.add(
        "times Postfix, put into the outbox as well", postfix.ratios.median, "times", bar: .atLeast(12))
    } else {
      report.notes.append("Postfix not measured: its master process runs as root only")
    }
    report.notes.append("\(count) mails of \(size) bytes, \(options.connections) connections each")
    return report
  }

  /// - Returns: mails per second from a full outbox, the same including the time to fill it, and one of the
  ///   mails.
  private static func ours(
    _ count: Int, _ settings: SMTPSettings, _ options: BenchmarkOptions
  ) async throws -> (rate: Double, rateWithInserting: Double, mail: [UInt8]) {
    try await options.withDirectory { directory in
      let store = try Store(.sqlite(path: FilePath.join(directory, "smtp.db")))
      let now = Instant(milliseconds: SystemTime.wallMilliseconds())
      let customers = try await store.write { tx in
        try tx.createCustomers(ids: (0..<count).map { Stock.customerID($0) })
      }
      let inserting = try await seconds {
        for start in stride(from: 0, to: count, by: 2000) {
          try await store.write { tx in
            let messages = (start..<min(start + 2000, count)).map { number in
              var message = message(number, at: now)
              message.customer = customers[number].key
              return message
            }
            _ = try tx.insert(messages, now: now)
          }
        }
      }
      let engine = try TransferEngine()
      let environment = AdapterEnvironment(engine: engine, locale: "en", currency: Stock.currency)
      let running = try settings.channel(channel, in: environment)
      let mail = try running.adapter.preview(claimed(0, at: now), at: now).bytes
      let outbox = StoreOutbox(store, shop: try shop(options), log: .silent)
      let dispatcher = Dispatcher(outbox: outbox, clock: .system, logger: .silent)
      let time = try await seconds {
        dispatcher.apply([running])
        while dispatcher.metrics.snapshot.attempts[channel]?[.accepted, default: 0] != count {
          try await Task.sleep(for: .milliseconds(2))
        }
        // The last results may still be on their way to the disk.
        await dispatcher.drain(within: .seconds(10))
      }
      let sent = try await store.read { try $0.messages(in: .sent, limit: count).count }
      if sent != count { throw BenchmarkError("\(sent) of \(count) messages are recorded as sent") }
      await engine.stop(within: .seconds(1))
      await store.close()
      return (Double(count) / time, Double(count) / (inserting + time), mail)
    }
  }

  /// A shop that sends at any hour to everybody who has not withdrawn consent.
  private static func shop(_ options: BenchmarkOptions) throws -> LiveShop {
    var program = try ShopFloor.program(options.configuration)
    program.limits = Limits()
    program.channels[channel] = ChannelPolicy(
      name: channel, address: .email, medium: .email, consent: .optOut)
    return LiveShop(Shop(program: program, catalog: Catalog(), triggers: [:]))
  }

  private static func theirs(
    _ count: Int, _ mails: [[UInt8]], _ port: UInt16, _ connections: Int
  ) async throws -> Double {
    var made = 0
    let time = try await seconds {
      made = try await WorkerThread.run("bare") {
        let loop = BareMailLoop(port: port, mails: mails)
        try loop.send(count, connections: connections)
        return loop.connectionsMade
      }
    }
    if made > connections {
      throw BenchmarkError("libcurl made \(made) connections instead of \(connections)")
    }
    return Double(count) / time
  }

  /// From the first mail given to Postfix until the sink has them all. Postfix has every accepted mail on disk.
  private static func relayed(
    _ count: Int, _ mails: [[UInt8]], _ sink: UInt16, _ options: BenchmarkOptions
  ) async throws -> Double {
    try await options.withDirectory { directory in
      let postfix = try await PostfixRelay(
        in: directory, forwardingTo: sink, connections: options.connections)
      defer { postfix.stop() }
      let engine = try TransferEngine()
      // Not the bare libcurl loop, which would wait for Postfix's disk with every mail.
      let entrance = engine.relay(
        .init(
          host: "127.0.0.1", port: postfix.port, security: .none, clientName: "bench.example",
          maximumConnections: options.connections)
      ) { _ in }
      let sender = try EnvelopeAddress("hello@tea.example")
      let time = try await seconds {
        let refused = try await withThrowingTaskGroup(of: Int.self) { group in
          for lane in 0..<options.connections {
            group.addTask {
              var refused = 0
              for number in stride(from: lane, to: count, by: options.connections) {
                let recipient = try EnvelopeAddress("customer.\(number)@customer.example")
                let mail = SMTPMail(
                  sender: sender, recipients: [recipient], message: mails[number % mails.count])
                if await entrance.send(mail).end != .accepted { refused += 1 }
              }
              return refused
            }
          }
          return try await group.reduce(0, +)
        }
        if refused > 0 { throw BenchmarkError("Postfix refused \(refused) mails") }
        while !postfix.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      }
      let late = try postfix.deferred()
      if late > 0 { throw BenchmarkError("Postfix put \(late) mails off") }
      await engine.stop(within: .seconds(1))
      return Double(count) / time
    }
  }

  private static func wireForms(_ count: Int, _ settings: SMTPSettings) async throws -> [[UInt8]] {
    let engine = try TransferEngine()
    let environment = AdapterEnvironment(engine: engine, locale: "en", currency: Stock.currency)
    let adapter = try settings.adapter(for: channel, in: environment)
    let mails = try (0..<count).map {
      try adapter.preview(claimed($0, at: ShopFloor.noon), at: ShopFloor.noon).bytes
    }
    await engine.stop(within: .seconds(1))
    return mails
  }

  // MARK: The mails

  private static func content(_ number: Int) -> MessageContent {
    let line = "<tr><td>Tea number \(number)</td><td style=\"text-align:right\">2 &times; 48.00</td></tr>\n"
    let html =
      "<!doctype html>\n<html><body>\n<p>You left something behind:</p>\n<table>\n"
      + String(repeating: line, count: 8) + "</table>\n<p>Qingshan Tea, No. 1 Hill Road</p>\n</body></html>\n"
    return MessageContent(
      to: "customer.\(number)@customer.example", toName: "Mei", subject: "Mei, your tea is still in the cart",
      html: html,
      text: "You left something behind:\n" + String(repeating: "Tea number \(number), 2 x 48.00\n", count: 8),
      purpose: .marketing, unsubscribeURL: "https://hello.tea.example/u/token-\(number)")
  }

  private static func message(_ number: Int, at now: Instant) -> NewMessage {
    var key = [UInt8](repeating: 0, count: 32)
    withUnsafeBytes(of: UInt64(number).bigEndian) {
      for (index, byte) in $0.enumerated() { key[index] = byte }
    }
    return NewMessage(
      ledgerKey: LedgerKey(bytes: key), enrollment: Int64(number), trigger: "cart_recovery",
      occurrence: "cart-\(number)", customer: CustomerKey(Int64(number)), step: "1", channel: channel,
      priority: 100, dueAt: now, expiresAt: now + .days(1), content: content(number))
  }

  private static func claimed(_ number: Int, at now: Instant) -> ClaimedMessage {
    ClaimedMessage(
      key: Int64(number), uid: String(repeating: "0", count: 32), token: ClaimToken(bytes: []), attempt: 1,
      trigger: "cart_recovery", customer: CustomerKey(Int64(number)), channel: channel, step: "1", dueAt: now,
      expiresAt: now + .days(1), content: content(number))
  }
}
