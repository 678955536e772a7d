import Configuration
import Domain
import Import
import Operations
import Platform
import Service
import Store
import Testing

/// A small shop on disk: one trigger, one mail channel and one text channel that write files.
final class ShopDirectory: Sendable {
  let path: String

  init() throws {
    path = try Files.makeTemporaryDirectory(prefix: "shop")
    let files = [
      "reprise.yaml": """
      brand: {name: Tea, url: "https://tea.example", time_zone: Asia/Shanghai, currency: CNY, locale: en}
      store: sqlite://\(path)/reprise.db
      http: {listen: "127.0.0.1:0", public_url: "https://hello.tea.example"}
      channels:
        email: {adapter: capture, directory: "\(path)/outbox", from: "Tea <hello@tea.example>"}
        sms: {adapter: capture, directory: "\(path)/outbox", address: phone, adds_opt_out: true}
      """,
      "triggers/welcome.yaml": """
      trigger: welcome
      when: {event: order_completed, only: first}
      steps:
        - {after: 10m, channel: email, template: thanks}
        - {after: 1d, channel: sms, template: thanks}
      """,
      "templates/thanks.txt.liquid":
        "---\nsubject: Thanks\n---\nHi {{ customer.first_name | default: \"you\" }}.",
      "templates/thanks.sms.liquid": "Thanks from {{ brand.name }}",
    ]
    for (name, text) in files {
      let file = FilePath.join(path, "config/" + name)
      try Files.makeDirectories(FilePath.directory(of: file))
      try Files.write(Array((text + "\n").utf8), to: file)
    }
  }

  deinit { try? Files.removeTree(path) }

  var options: ServiceOptions { ServiceOptions(configuration: path + "/config", environment: [:]) }

  static func progress(_ now: Instant) -> ImportProgress {
    ImportProgress(
      fingerprint: "f", kind: "customers", path: "ann.csv", byteOffset: 0, line: 2, imported: 1, rejected: 0,
      startedAt: now, finishedAt: now)
  }

  /// Puts Ann in, who has no order.
  func addAnn(_ given: ServiceOptions? = nil) async throws {
    let service = try await OfflineService(given ?? options, for: .fill, log: .silent)
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    var traits = CustomerTraits()
    traits.email = .some("ann@tea.example")
    traits.firstName = .some("Ann")
    let event = Event(messageID: "1", name: .customerIdentified, at: now, receivedAt: now)
    _ = try await service.importSink.take(
      ImportBatch(
        kind: .customers, events: [IncomingEvent(customerID: "ann", event: event, effect: .identify(traits))],
        products: [],
        progress: ImportProgress(
          fingerprint: "f", kind: "customers", path: "ann.csv", byteOffset: 0, line: 2, imported: 1,
          rejected: 0,
          startedAt: now, finishedAt: now)))
    await service.close()
  }
}

struct OfflineServiceTests {
  @Test func `without a daemon a command works on the store itself`() async throws {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    func ask(_ request: JSON) async throws -> JSON {
      try await OfflineService.perform(request, shop.options, log: .silent)
    }
    let explained = try await ask(["command": "explain", "customer": "ann"])
    #expect(explained["triggers"]?[0]?["nothing_comes"] == ["because": "no_occasion", "lacks": "order"])
    let paused = try await ask(["command": "pause", "trigger": "welcome"])
    #expect(paused == ["trigger": "welcome", "paused": true])
    let status = try await ask(["command": "status"])
    #expect(status["customers"] == 1)
    #expect(status["triggers"]?[0]?["paused"] == true)
    #expect(status["daemon"] == nil)
    let unknown = try await ask(["command": "explain", "customer": "bob"])
    #expect(
      unknown
        == ["error": "there is no customer 'bob'; ids are the shop's own, as they came in", "exit": 65])
  }

  @Test func `every request is answered without a daemon, unless only a daemon can do it`() async throws {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    let service = try await OfflineService(shop.options, for: .change, log: .silent)
    for type in OperatorRequests.all {
      let answer = await service.perform(["command": .string(type.name)])
      let unknown = OperationError.unknownCommand(type.name).description
      #expect((answer["error"] == .string(unknown)) == (type.place == .daemon), "\(type.name)")
    }
    await service.close()
  }

  @Test func `a name or address that means nothing is answered with the way out`() async throws {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    for (request, error) in [
      (
        ["command": "explain", "customer": "welcome", "trigger": "ann"],
        "'welcome' is a trigger, and stands in the wrong place; write: reprise explain CUSTOMER welcome"
      ),
      (
        ["command": "unsubscribe", "customer": "email", "channel": "ann"],
        "'email' is a channel, and stands in the wrong place; write: reprise unsubscribe CUSTOMER email"
      ),
      (
        ["command": "suppress", "channel": "a@b.example", "address": "email"],
        "'email' is a channel, and stands in the wrong place; write: reprise suppress email ADDRESS"
      ),
      (
        ["command": "unsuppress", "channel": "a@b.example", "address": "email"],
        "'email' is a channel, and stands in the wrong place; write: reprise unsuppress email ADDRESS"
      ),
      (["command": "pause", "trigger": "NOPE"], "there is no trigger 'NOPE'; the triggers are welcome"),
      (
        ["command": "explain", "customer": "ann", "trigger": "welcom"],
        "there is no trigger 'welcom'; did you mean 'welcome'?"
      ),
      (
        ["command": "preview", "template": "NOPE", "customer": "ann"],
        "there is no template 'NOPE'; the templates are thanks"
      ),
      (
        ["command": "preview", "template": "thanks", "customer": "ann", "channel": "push"],
        "there is no channel 'push'; reprise.yaml has email, sms"
      ),
      (
        ["command": "unsubscribe", "customer": "ann", "channel": "emial"],
        "there is no channel 'emial'; reprise.yaml has email, sms; did you mean 'email'?"
      ),
      (
        ["command": "unsubscribe", "customer": "ann", "channel": "传真"],
        "there is no channel '传真'; reprise.yaml has email, sms"
      ),
      (
        ["command": "suppress", "channel": "sms", "address": "13812345678"],
        "not a telephone number: it has no country code; give one in E.164 such as +8613812345678"
      ),
      (
        ["command": "suppress", "channel": "email", "address": "ann at tea"],
        "not an email address: it has no @; give one such as ann@example.com"
      ),
    ] as [(JSON, String)] {
      let answer = try await OfflineService.perform(request, shop.options, log: .silent)
      #expect(answer == ["error": .string(error), "exit": 65])
    }
    let done = try await OfflineService.perform(
      ["command": "suppress", "channel": "sms", "address": "+86 138-1234-5678"], shop.options, log: .silent)
    #expect(done == ["channel": "sms", "address": "+8613812345678", "before": nil])
    let undone = try await OfflineService.perform(
      ["command": "unsuppress", "channel": "email", "address": "ann at tea"], shop.options, log: .silent)
    #expect(undone == ["channel": "email", "address": "ann at tea", "before": nil])
  }

  @Test func `a channel may be named in the words of its kind of address`() async throws {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    for (word, isChanged) in [("邮件", true), ("E-Mail", false)] {
      let done = try await OfflineService.perform(
        ["command": "unsubscribe", "customer": "ann", "channel": .string(word)], shop.options, log: .silent)
      #expect(done == ["customer": "ann", "channel": "email", "changed": .bool(isChanged)])
    }
  }

  @Test func `looking makes no store and changes no trigger`() async throws {
    let shop = try ShopDirectory()
    await #expect(
      throws: ServiceError(
        "store: there is no \(shop.path)/reprise.db yet; start the daemon or import something first",
        exitCode: 66)
    ) {
      try await OfflineService.perform(["command": "status"], shop.options, log: .silent)
    }
    #expect(!Files.exists(shop.path + "/reprise.db"))
    try await shop.addAnn()
    try Files.remove(shop.path + "/config/triggers/welcome.yaml")
    _ = try await OfflineService.perform(["command": "status"], shop.options, log: .silent)
    let store = try Store(.sqlite(path: shop.path + "/reprise.db"))
    let triggers = try await store.read { try $0.triggers() }
    await store.close()
    #expect(triggers["welcome"]?.removedAt == nil)
    #expect(triggers.count == 1)
  }

  @Test func `a test message leaves through the real adapter and past the ledger`() async throws {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    let answer = try await OfflineService.perform(
      ["command": "send-test", "channel": "email", "to": "me@tea.example"], shop.options, log: .silent)
    #expect(answer["outcome"] == "accepted")
    let names = try Files.names(in: shop.path + "/outbox")
    #expect(names.count == 1)
    let mail = try Files.readText(shop.path + "/outbox/\(names.first ?? "")", limit: 1 << 20)
    #expect(mail.contains("To: me@tea.example"))
    #expect(mail.contains("Subject: [test] Tea by email"))
    let status = try await OfflineService.perform(["command": "status"], shop.options, log: .silent)
    #expect(status["triggers"]?[0]?["sent_today"] == 0)
    let unusable = try await OfflineService.perform(
      ["command": "send-test", "channel": "email", "to": "not an addr"], shop.options, log: .silent)
    #expect(
      unusable == [
        "error": "not an email address: it has no @; give one such as ann@example.com", "exit": 65,
      ])
    let noPhone = try await OfflineService.perform(
      ["command": "send-test", "channel": "sms", "to": "boss@tea.example"], shop.options, log: .silent)
    #expect(
      noPhone == [
        "error":
          "not a telephone number: it holds a character that is no digit; give one in E.164 such as +8613812345678",
        "exit": 65,
      ])
    let unknown = try await OfflineService.perform(
      ["command": "send-test", "channel": "emial", "to": "x"], shop.options, log: .silent)
    #expect(
      unknown
        == [
          "error": "there is no channel 'emial'; reprise.yaml has email, sms; did you mean 'email'?",
          "exit": 65,
        ])
  }

  /// Opens the shop with a trigger that has just fired for Ann.
  private static func greetAnn(in shop: ShopDirectory, with template: String) async throws -> OfflineService {
    try Files.write(
      Array(
        "trigger: hello\nwhen: {event: customer_identified}\nsteps: [{channel: email, template: \(template)}]\n"
          .utf8),
      to: shop.path + "/config/triggers/hello.yaml")
    let service = try await OfflineService(shop.options, for: .fill, log: .silent)
    let now = Instant(milliseconds: SystemTime.wallMilliseconds())
    let event = Event(messageID: "2", name: .customerIdentified, at: now, receivedAt: now)
    _ = try await service.importSink.take(
      ImportBatch(
        kind: .events, events: [IncomingEvent(customerID: "ann", event: event, effect: .none)], products: [],
        progress: ShopDirectory.progress(now)))
    return service
  }

  @Test func `a preview shows what the channel would send to its provider`() async throws {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    let service = try await Self.greetAnn(in: shop, with: "thanks")
    let plain = await service.perform(["command": "preview", "template": "thanks", "customer": "ann"])
    let wire = await service.perform([
      "command": "preview", "template": "thanks", "customer": "ann", "wire": true,
    ])
    await service.close()
    #expect(plain["text"] == "Hi Ann.\n")
    #expect(plain["wire"] == nil)
    #expect(wire["wire"]?["format"] == "eml")
    let mail = wire["wire"]?["text"]?.stringValue ?? ""
    #expect(mail.contains("To: Ann <ann@tea.example>\r\n"))
    #expect(mail.contains("Subject: Thanks\r\n"))
    #expect(!Files.exists(shop.path + "/outbox"))
  }

  @Test func `a test message with a customer's data has no link that acts for the customer`() async throws {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    try Files.write(
      Array("---\nsubject: Hi\n---\nHi, leave at {{ unsubscribe_url }}\n".utf8),
      to: shop.path + "/config/templates/hi.txt.liquid")
    let service = try await Self.greetAnn(in: shop, with: "hi")
    let answer = await service.perform([
      "command": "send-test", "channel": "email", "to": "me@tea.example", "template": "hi", "customer": "ann",
    ])
    let preview = await service.perform(["command": "preview", "template": "hi", "customer": "ann"])
    await service.close()
    #expect(answer["outcome"] == "accepted", "\(answer)")
    let name = try #require(try Files.names(in: shop.path + "/outbox").first)
    let mail = try Files.readText(shop.path + "/outbox/\(name)", limit: 1 << 20)
      .replacing("=\r\n", with: "").replacing("=3D", with: "=").replacing("\r\n ", with: "")
    let links = mail.split { "<> \r\n".contains($0) }.filter { $0.hasPrefix("https://hello.tea.example/u/") }
    #expect(links.count == 2)
    for link in links + [Substring(preview["unsubscribe_url"]?.stringValue ?? "")] {
      let bytes = try #require(Base64.bytes(String(link.dropFirst(28)), .urlSafe))
      // Version, key, purpose: 2 is a test. No customer is named.
      #expect(bytes[2] == 2, "\(link)")
      #expect(!String(decoding: bytes, as: UTF8.self).contains("ann"))
    }
  }

  @Test func `text messages are tried with an example customer`() throws {
    let shop = try ShopDirectory()
    let loaded = try #require(ConfigurationSource(shop.options).load().loaded)
    let texts = ExampleCustomer.textMessages(loaded.draft, now: Instant(milliseconds: 1_772_000_000_000))
    #expect(texts == [ExampleText(template: "thanks", channel: "sms", text: "Thanks from Tea", problem: nil)])
  }
}
