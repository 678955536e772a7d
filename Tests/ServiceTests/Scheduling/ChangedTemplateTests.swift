import Decisioning
import Domain
import ImportSupport
import Operations
import Platform
import Service
import Store
import Templates
import Testing

@testable import reprise

/// Templates that are changed or deleted while messages wait.
///
/// Until a step is decided its message is no text yet, and what is written then is by the template of that moment. From
/// the decision on the text lies in the outbox and is sent as it is.
struct ChangedTemplateTests {
  /// One trigger, ten minutes after an order, and one customer who has ordered.
  private final class Waiting: Sendable {
    static let orderedAt = ImportBench.now
    static let dueAt = orderedAt + .minutes(10)

    let directory: String
    let store: Store
    let shop: LiveShop
    let responder: Responder
    private let scheduler: Scheduler

    init(template: String) async throws {
      directory = try Files.makeTemporaryDirectory(prefix: "reprise-templates")
      store = try Store(.sqlite(path: directory + "/reprise.db"))
      let trigger = Trigger(
        id: "welcome", when: EventRule(name: .orderCompleted, only: .every), purpose: .service,
        steps: [Step(id: "1", after: .minutes(10), channels: ["email"], template: "thanks")],
        expiresAfter: .hours(72), planningHash: "1")
      var program = ImportBench.program([trigger])
      program.channels["email"] = ChannelPolicy(
        name: "email", address: .email, medium: .email, consent: .optOut)
      program.templates["thanks"] = try Self.template(template)
      let triggers = try await store.write {
        try $0.syncTriggers([(id: "welcome", planningHash: "1")], now: Self.orderedAt - .hours(1))
      }
      shop = LiveShop(Shop(program: program, catalog: Catalog(), triggers: triggers))
      scheduler = Scheduler(
        store: store, shop: shop, log: .silent, metrics: SchedulerMetrics()
      ) { _ in }
      responder = Responder(
        store: store, shop: shop, log: .silent, now: { Self.dueAt + .minutes(1) })
      try await order(Intake(store: store, shop: shop))
    }

    deinit { try? Files.removeTree(directory) }

    private func order(_ intake: Intake) async throws {
      var traits = CustomerTraits()
      traits.email = .some("ann@tea.example")
      let order = Order(
        id: "o1", placedAt: Self.orderedAt,
        total: Money(minorUnits: 1000, currency: try #require(Currency("CNY"))), receivedAt: Self.orderedAt)
      let events: [(String, EventName, EventEffect)] = [
        ("1", .customerIdentified, .identify(traits)), ("2", .orderCompleted, .orderPlaced(order)),
      ]
      _ = try await intake.take(
        events.map { id, name, effect in
          IncomingEvent(
            customerID: "ann",
            event: Event(messageID: id, name: name, at: Self.orderedAt, receivedAt: Self.orderedAt),
            effect: effect)
        }, now: Self.orderedAt)
    }

    private static func template(_ text: String) throws -> MessageTemplate {
      MessageTemplate(
        name: "thanks", subject: try Template.parse("Thanks", name: "thanks.subject", escape: .none),
        text: try Template.parse(text, name: "thanks.txt", escape: .none))
    }

    func change(to text: String?) throws {
      let template = try text.map(Self.template)
      shop.update { $0.program.templates["thanks"] = template }
    }

    func decide() async throws { _ = try await scheduler.tick(now: Self.dueAt) }

    /// What the dispatcher would send.
    func claimed() async throws -> [ClaimedMessage] {
      try await StoreOutbox(store, shop: shop, log: .silent).claim(
        channel: "email", limit: 10, lease: .seconds(60), now: Self.dueAt + .seconds(1))
    }
  }

  @Test func `a template changed between plan and decision is the one that is sent`() async throws {
    let waiting = try await Waiting(template: "old")
    try waiting.change(to: "new")
    try await waiting.decide()
    #expect(try await waiting.claimed().map(\.content.text) == ["new"])
    await waiting.store.close()
  }

  @Test func `a template deleted between plan and decision skips the message, and the record says why`()
    async throws
  {
    let waiting = try await Waiting(template: "old")
    try waiting.change(to: nil)
    try await waiting.decide()
    #expect(try await waiting.claimed().isEmpty)
    let answer = await waiting.responder.handlers.answer(["command": "explain", "customer": "ann"])
    let text = answer.text()
    #expect(text.contains("template_failed") && text.contains("missing_template"), "\(text)")
    await waiting.store.close()
  }

  @Test(arguments: ["new", nil]) func `a template changed or deleted after the decision changes nothing`(
    text: String?
  ) async throws {
    let waiting = try await Waiting(template: "old")
    try await waiting.decide()
    try waiting.change(to: text)
    try await waiting.decide()
    #expect(try await waiting.claimed().map(\.content.text) == ["old"])
    await waiting.store.close()
  }

  /// A message whose end nobody knows tells its time on the shop's wall, as all other times of `status`.
  @Test func `an ambiguous message tells its time in the shop's zone`() async throws {
    let waiting = try await Waiting(template: "old")
    try await waiting.decide()
    let claims = try await waiting.claimed().map { (key: $0.key, token: $0.token) }
    let handedOver = try await waiting.store.write { try $0.beginHandoff(claims, now: Waiting.dueAt) }
    #expect(handedOver.count == 1)
    _ = try await waiting.store.write { try $0.recoverOutbox(now: Waiting.dueAt) }
    let answer = await waiting.responder.handlers.answer(["command": "messages", "state": "ambiguous"])
    #expect(answer["messages"]?[0]?["created_at"] == "2026-11-22T12:10:00+08:00")
    let text = AmbiguousText.text(
      try MessagesAnswer(json: answer).messages, style: .plain)
    #expect(text.hasSuffix("welcome by email, Sun 2026-11-22 12:10, no_answer\n"), "\(text)")
    await waiting.store.close()
  }
}
