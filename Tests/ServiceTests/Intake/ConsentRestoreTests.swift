import Domain
import Platform
import Service
import Store
import Testing

/// What customers say through the shop's events after a backup was made.
struct ConsentRestoreTests {
  private let noon = Instant(iso8601: "2026-03-01T12:00:00Z")!

  private func event(_ minute: Int64, _ effect: EventEffect) -> IncomingEvent {
    let at = noon + .minutes(minute)
    return IncomingEvent(
      customerID: "ann",
      event: Event(messageID: "m\(minute)", name: .customerIdentified, at: at, receivedAt: at), effect: effect
    )
  }

  private func flag(_ minute: Int64, _ consent: ConsentState?) -> IncomingEvent {
    var traits = CustomerTraits()
    traits.email = .some("ann@tea.example")
    if let consent { traits.consent = ["email": consent] }
    return event(minute, .identify(traits))
  }

  /// Ann after a backup was put back that knows `before`, a journal that knows `between`, and what came `after`.
  private func ann(
    _ before: [IncomingEvent], _ between: [[IncomingEvent]], _ after: [IncomingEvent]
  ) async throws -> Customer? {
    let directory = try Files.makeTemporaryDirectory(prefix: "consent")
    defer { try? Files.removeTree(directory) }
    let path = directory + "/reprise.db"
    func take(_ batches: [[IncomingEvent]]) async throws -> Customer? {
      let store = try Store(
        .sqlite(path: path), options: .init(acceptsOlderCopy: true, journal: path + "-consents"))
      let intake = Intake(store: store, shop: LiveShop(.plain))
      for batch in batches { _ = try await intake.take(batch, now: noon + .hours(1), keepsEvents: true) }
      let ann = try await store.read { try $0.customer(id: "ann") }
      await store.close()
      return ann
    }
    _ = try await take([before])
    _ = try SQLiteBackup.make(of: path, to: directory + "/copy.db")
    _ = try await take(between)
    _ = try SQLiteBackup.restore(directory + "/copy.db", to: path, stamp: "1")
    return try await take([after])
  }

  private let withdrawn = EventEffect.consent("email", .withdrawn)
  private let granted = EventEffect.consent("email", .granted)

  @Test(arguments: [true, false])
  func `a customer's own withdrawal is no flag after a restore`(together: Bool) async throws {
    let said = [flag(1, .granted), event(2, withdrawn)]
    let ann = try await ann([flag(0, nil)], together ? [said] : said.map { [$0] }, [flag(120, .granted)])
    #expect(ann?.consent["email"] == .withdrawn)
    #expect(ann?.unsubscribedAt("email") == noon + .minutes(2))
  }

  @Test func `a flag that withdraws stays a flag`() async throws {
    let ann = try await ann([flag(0, .granted)], [[flag(1, .withdrawn)]], [flag(120, .granted)])
    #expect(ann?.consent["email"] == .granted)
    let silent = try await self.ann([flag(0, .granted)], [[flag(1, .withdrawn)]], [flag(120, nil)])
    #expect(silent?.consent["email"] == .withdrawn)
    #expect(silent?.unsubscribedAt("email") == nil)
  }

  @Test func `a customer's own grant lifts what the backup knows as withdrawn`() async throws {
    let ann = try await ann([flag(0, nil), event(1, withdrawn)], [[event(2, granted)]], [flag(120, nil)])
    #expect(ann?.consent["email"] == .granted)
    let both = try await self.ann(
      [flag(0, nil)], [[event(1, granted), flag(3, .withdrawn)]], [flag(120, nil)])
    #expect(both?.consent["email"] == .withdrawn)
    #expect(both?.unsubscribedAt("email") == nil)
  }
}
