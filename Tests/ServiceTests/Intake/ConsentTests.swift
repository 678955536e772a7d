import Domain
import Platform
import Service
import Store
import Testing

/// Two customers with one address: the same person, who ordered as a guest and later with an account.
struct ConsentTests {
  private let noon = Instant(iso8601: "2026-03-01T12:00:00Z")!

  private func event(_ number: Int64, _ customer: String, _ effect: EventEffect) -> IncomingEvent {
    let at = noon + .minutes(number)
    return IncomingEvent(
      customerID: customer,
      event: Event(messageID: "m\(number)", name: .customerIdentified, at: at, receivedAt: at), effect: effect
    )
  }

  private func identified(_ number: Int64, _ customer: String, consent: ConsentState? = nil) -> IncomingEvent
  {
    var traits = CustomerTraits()
    traits.email = .some("Ann@tea.example")
    if let consent { traits.consent = ["email": consent] }
    return event(number, customer, .identify(traits))
  }

  /// Whether the address is unsubscribed after these batches.
  private func isUnsubscribed(
    after batches: [[IncomingEvent]], keepsEvents: Bool = true, link: String? = nil
  ) async throws -> Bool {
    let directory = try Files.makeTemporaryDirectory(prefix: "consent")
    defer { try? Files.removeTree(directory) }
    let store = try Store(.sqlite(path: directory + "/reprise.db"))
    let shop = LiveShop(.plain)
    let intake = Intake(store: store, shop: shop)
    for batch in batches { _ = try await intake.take(batch, now: noon + .hours(1), keepsEvents: keepsEvents) }
    if let link {
      let responder = Responder(store: store, shop: shop, log: .silent, now: { [noon] in noon })
      _ = try await responder.unsubscribe(customerID: link, channel: "email", source: "unsubscribe_link")
    }
    let found = try await store.read { try $0.suppressions(of: [("email", "ann@tea.example")]) }
    await store.close()
    return found == [0: .unsubscribed]
  }

  @Test func `the link stops the address, not only the customer`() async throws {
    let people = [identified(0, "guest"), identified(1, "ann")]
    #expect(try await isUnsubscribed(after: [people]) == false)
    #expect(try await isUnsubscribed(after: [people], link: "guest"))
  }

  @Test(arguments: [true, false])
  func `a flag among the fields stops the customer and not the address`(keepsEvents: Bool) async throws {
    let flagged = [identified(0, "guest", consent: .withdrawn)]
    #expect(try await isUnsubscribed(after: [flagged], keepsEvents: keepsEvents) == false)
    #expect(try await isUnsubscribed(after: [flagged], link: "guest"))
    #expect(try await isUnsubscribed(after: [flagged + [event(3, "guest", .consent("email", .withdrawn))]]))
  }

  @Test func `an address that is told after the unsubscribe is unsubscribed as well`() async throws {
    let word = event(0, "ann", .consent("email", .withdrawn))
    #expect(try await isUnsubscribed(after: [[word], [identified(1, "ann")]]))
  }

  @Test func `only an explicit and later grant lets the address get mail again`() async throws {
    let withdrawn = [
      identified(0, "guest"), identified(1, "ann"), event(5, "guest", .consent("email", .withdrawn)),
    ]
    #expect(try await isUnsubscribed(after: [withdrawn]))
    #expect(try await isUnsubscribed(after: [withdrawn, [identified(6, "ann", consent: .granted)]]))
    #expect(try await isUnsubscribed(after: [withdrawn, [event(4, "ann", .consent("email", .granted))]]))
    #expect(
      try await isUnsubscribed(after: [withdrawn, [event(6, "ann", .consent("email", .granted))]]) == false)
  }

  @Test func `of the words of two ids of one address the later counts, whichever arrives first`() async throws
  {
    let people = [identified(0, "guest"), identified(1, "ann")]
    let withdrawal = event(4, "guest", .consent("email", .withdrawn))
    let grant = event(6, "ann", .consent("email", .granted))
    for batches in [[[withdrawal], [grant]], [[grant], [withdrawal]], [[grant, withdrawal]]] {
      #expect(try await isUnsubscribed(after: [people] + batches) == false)
    }
    var same = grant
    same.event.at = withdrawal.event.at
    for batches in [[[withdrawal], [same]], [[same], [withdrawal]], [[same, withdrawal]]] {
      #expect(try await isUnsubscribed(after: [people] + batches))
    }
  }

  @Test func `a withdrawal that arrives late stands above a stored flag that came before it`() async throws {
    let withdrawal = event(3, "ann", .consent("email", .withdrawn))
    #expect(try await isUnsubscribed(after: [[identified(5, "ann", consent: .granted)], [withdrawal]]))
    // A later word of the customer's own stands above both, whenever it arrives.
    let grant = event(4, "ann", .consent("email", .granted))
    for batches in [[grant, withdrawal], [withdrawal, grant]] {
      #expect(try await isUnsubscribed(after: batches.map { [$0] }) == false)
    }
  }
}
