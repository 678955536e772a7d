import Decisioning
import Delivery
import Domain
import Platform
import Service
import Store
import Support
import Synchronization
import Testing

/// What was decided in the evening and could not go, because the provider was away.
struct StoreOutboxTests {
  private final class Lines: LogSink {
    private let text = Mutex("")

    var all: String { text.withLock { $0 } }

    func write(_ event: LogEvent) {
      let fields = event.fields.map { field in
        switch field.value {
        case .string(let text): "\(field.name)=\(text)"
        case .integer(let number): "\(field.name)=\(number)"
        default: "\(field.name)"
        }
      }
      text.withLock { $0 += "\(event.name) \(fields.joined(separator: " "))\n" }
    }
  }

  private func evening(_ clock: String) -> Instant { Instant(iso8601: "2026-03-01T\(clock):00Z")! }

  private func message(to customer: Customer, expires: Instant) -> NewMessage {
    NewMessage(
      ledgerKey: LedgerKey(bytes: SHA256.hash("1").bytes), enrollment: 1, trigger: "welcome",
      occurrence: "o1",
      customer: customer.key, step: "1", channel: "email", priority: 100, dueAt: evening("20:50"),
      expiresAt: expires,
      content: MessageContent(to: "ann@tea.example", subject: "Hello", text: "Text", purpose: .marketing))
  }

  /// Runs with a store in which Ann's message is queued.
  private func withQueued(
    expires: String = "2026-03-03T00:00:00Z",
    _ body: (Store, LiveShop, StoreOutbox, Lines) async throws -> Void
  ) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "outbox")
    defer { try? Files.removeTree(directory) }
    let store = try Store(.sqlite(path: directory + "/reprise.db"))
    let lines = Lines()
    let shop = LiveShop(.plain)
    let expiresAt = try #require(Instant(iso8601: expires))
    try await store.write { tx in
      _ = try tx.syncTriggers([("welcome", "h")], now: evening("20:00"))
      let ann = try #require(try tx.createCustomers(ids: ["ann"]).first)
      _ = try tx.insert([message(to: ann, expires: expiresAt)], now: evening("20:50"))
    }
    let records = try await store.read { try $0.triggers() }
    shop.update { $0.triggers = records }
    try await body(store, shop, StoreOutbox(store, shop: shop, log: Logger(to: lines)), lines)
    await store.close()
  }

  private func claim(_ outbox: StoreOutbox, _ now: Instant) async throws -> [ClaimedMessage] {
    try await outbox.claim(channel: "email", limit: 10, lease: .minutes(20), now: now)
  }

  @Test func `what missed the evening goes in the morning, not in the night`() async throws {
    try await withQueued { _, _, outbox, lines in
      let morning = evening("09:00") + .days(1)
      let night = try await claim(outbox, evening("23:00"))
      let next = try await outbox.nextDue(channel: "email")
      let early = try await claim(outbox, morning - .milliseconds(1))
      #expect(night + early == [])
      #expect(next == morning)
      let claimed = try await claim(outbox, morning)
      #expect(claimed.map(\.attempt) == [1])
      #expect(claimed.map(\.closesAt) == [evening("21:00") + .days(1)])
      #expect(
        lines.all.contains(
          "messages_held channel=email trigger=welcome count=1 gate=quiet_hours until=2026-03-02T09:00:00Z"))
    }
  }

  @Test func `what would be too late in the morning is expired at night`() async throws {
    try await withQueued(expires: "2026-03-02T08:00:00Z") { _, _, outbox, _ in
      let night = try await claim(outbox, evening("23:00"))
      let next = try await outbox.nextDue(channel: "email")
      #expect(night == [])
      #expect(next == nil)
    }
  }

  @Test func `a paused trigger holds what stands in the outbox, and resuming lets it go`() async throws {
    try await withQueued { store, shop, outbox, lines in
      let responder = Responder(store: store, shop: shop, log: .silent, now: { evening("20:56") })
      _ = await responder.handlers.answer(["command": "pause", "trigger": "welcome"])
      let paused = try await claim(outbox, evening("20:55")) + claim(outbox, evening("20:56"))
      _ = await responder.handlers.answer(["command": "resume", "trigger": "welcome"])
      let resumed = try await claim(outbox, evening("20:56"))
      #expect(paused == [])
      #expect(resumed.count == 1)
      #expect(lines.all.contains("gate=trigger_paused until=2026-03-01T21:10:00Z"))
    }
  }
}
